"""A typed Python function as a tool."""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_jsonable_python

from engine.contracts import Boundary, Json, JsonObject, ToolPolicy, ToolSpec, check, explain
from engine.errors import BadInput, DeadlineExceeded, Rejected, ToolBroke, ToolError
from engine.tools.keyed import Probe
from engine.tools.signature import (
    arguments_model,
    parameters_schema,
    sensitive_arguments,
    summary,
)
from engine.tools.tool import Site


@dataclass(frozen=True, slots=True)
class FunctionTool:
    """A function under a schema taken from its signature.

    A coroutine function is awaited. A plain function runs inline, on the event loop's thread: it
    has to be quick, and one that waits for something ought to be a coroutine function.
    """

    spec: ToolSpec
    function: Callable[..., Any]
    arguments: type[BaseModel]
    probe: Probe | None = None
    """Tells of a call in doubt whether it had its effect."""
    hint: str = field(init=False)
    """What a call with arguments that do not fit is told."""

    def __post_init__(self) -> None:
        """Name the arguments once."""
        known = ", ".join(self.arguments.model_fields) or "none"
        object.__setattr__(self, "hint", f"arguments: {known}")

    @classmethod
    def of(
        cls,
        function: Callable[..., Any],
        *,
        policy: ToolPolicy | None = None,
        probe: Probe | None = None,
    ) -> Self:
        """Describe a function by its signature and docstring.

        With a policy its calls are guarded where its toolbox is.

        Raises `BadInput` where a parameter has no type or cannot be passed by name.
        """
        model = arguments_model(function)
        try:
            spec = ToolSpec(
                name=function.__name__,
                description=summary(inspect.getdoc(function) or ""),
                parameters=parameters_schema(model),
                sensitive=sensitive_arguments(model),
                policy=policy,
            )
        except ValidationError as error:
            raise BadInput(explain(error), where=f"tool {function.__name__}") from None
        return cls(spec, function, model, probe)

    @property
    def source(self) -> str:
        """The function's source text, or the name of what has none."""
        try:
            return inspect.getsource(self.function)
        except (OSError, TypeError):
            return getattr(self.function, "__qualname__", type(self.function).__qualname__)

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> Json:
        """Run the function on arguments that fit its signature, to a JSON value.

        Raises `ToolError` where they do not fit or its result is no JSON, `ToolBroke` where the
        function raises what is no error of ours; `DeadlineExceeded` where a coroutine function is
        not done within `limit_s`.
        """
        del site
        values = self.checked(arguments)
        try:
            result = self.function(**values)
            if inspect.isawaitable(result):
                result = await self._awaited(result, limit_s)
        except (ToolError, DeadlineExceeded, Rejected):
            raise
        except Exception as error:  # whatever a tool raises is an answer to the model
            raise ToolBroke(f"{self.spec.name} failed: {type(error).__name__}: {error}") from error
        return self._plain(result)

    async def _awaited(self, result: Awaitable[Any], limit_s: float | None) -> Any:
        limit = asyncio.timeout(limit_s)
        try:
            async with limit:
                return await result
        except TimeoutError:
            if not limit.expired():  # the tool's own
                raise
            said = f"{self.spec.name} gave no answer within {limit_s:g} s"
            raise DeadlineExceeded(said) from None

    def checked(self, arguments: JsonObject) -> dict[str, Any]:
        """The arguments as the function takes them; raises `ToolError` where they do not fit."""
        model = check(
            Boundary.TOOL_ARGUMENTS,
            self.arguments,
            arguments,
            where=self.spec.name,
            hint=self.hint,
        )
        return dict(model.__dict__)  # the fields and nothing else: others are forbidden

    def _plain(self, result: object) -> Json:
        if isinstance(result, str | bool | int | None):
            return result
        try:
            value: Json = to_jsonable_python(result)
            json.dumps(value, allow_nan=False)
        except (PydanticSerializationError, ValueError, TypeError) as error:
            raise ToolError(f"{self.spec.name} gave a result that is no JSON: {error}") from error
        return value

"""A function's signature as a strict argument model, and its docstring as descriptions."""

import inspect
import re
from collections.abc import Callable
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model
from pydantic.fields import FieldInfo

from engine.errors import BadInput

_STRICT = ConfigDict(strict=True, extra="forbid", arbitrary_types_allowed=False)
_ARGUMENT = re.compile(r"^\s*(?::param )?\*{0,2}(\w+)(?:\s*\([^)]*\))?:\s*(\S.*)$")


class Sensitive:
    """Marks a parameter, as in `Annotated[str, Sensitive]`, whose value no log may show."""


def sensitive_arguments(model: type[BaseModel]) -> tuple[str, ...]:
    """The names of the parameters that are marked `Sensitive`, the class or an instance."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if any(mark is Sensitive or isinstance(mark, Sensitive) for mark in field.metadata)
    )


def arguments_model(function: Callable[..., Any]) -> type[BaseModel]:
    """A strict model with one field for each parameter.

    Raises `BadInput` where a parameter has no type, is variadic or positional-only.
    """
    name = function.__name__
    hints = _hints(function)
    documented = argument_docs(inspect.getdoc(function) or "")
    fields: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        _must_be_plain(name, parameter, hints)
        default = ... if parameter.default is parameter.empty else parameter.default
        info = FieldInfo.from_annotated_attribute(hints[parameter.name], default)
        if info.description is None:
            info.description = documented.get(parameter.name)
        fields[parameter.name] = (hints[parameter.name], info)
    return create_model(name, __config__=_STRICT, **fields)


def parameters_schema(model: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema (2020-12) of the arguments object, without generated titles."""
    schema = model.model_json_schema()
    schema.pop("title", None)
    for field in schema.get("properties", {}).values():
        field.pop("title", None)
    return {**schema, "properties": schema.get("properties", {})}


def summary(docstring: str) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(docstring.split("\n\n", maxsplit=1)[0].split())


def argument_docs(docstring: str) -> dict[str, str]:
    """What a docstring says of each argument, in lines such as `name: words`."""
    lines = docstring.split("\n")[1:]
    return {found[1]: found[2].strip() for line in lines if (found := _ARGUMENT.match(line))}


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as error:
        raise BadInput(f"tool {function.__name__}: unknown type, {error}") from None


def _must_be_plain(tool: str, parameter: inspect.Parameter, hints: dict[str, Any]) -> None:
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        raise BadInput(f"tool {tool}: parameter {parameter} cannot be passed by name")
    if parameter.name not in hints:
        raise BadInput(f"tool {tool}: parameter {parameter.name} has no type")

"""Tools by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from engine.contracts import Json, JsonObject, ToolSpec
from engine.errors import BadInput, ToolError
from engine.tools.function import FunctionTool


@dataclass(frozen=True, slots=True)
class Toolbox(Mapping[str, FunctionTool]):
    """A mapping of names to tools."""

    tools: Mapping[str, FunctionTool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no mapping: a list of functions belongs to `of`."""
        if not isinstance(self.tools, Mapping):
            raise BadInput("a Toolbox holds tools by name", hint="write Toolbox.of(function, …)")

    @classmethod
    def of(cls, *functions: Callable[..., Any] | FunctionTool) -> Self:
        """Tools from functions; raises `BadInput` where two have one name."""
        tools: dict[str, FunctionTool] = {}
        for function in functions:
            tool = function if isinstance(function, FunctionTool) else FunctionTool.of(function)
            if tool.spec.name in tools:
                raise BadInput(f"two tools are named {tool.spec.name}")
            tools[tool.spec.name] = tool
        return cls(tools)

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        """What a model is told of these tools, in this order; `ToolError` on an unknown name."""
        return tuple(self.find(name).spec for name in names)

    def sensitive(self) -> dict[str, tuple[str, ...]]:
        """By tool, the arguments that no log may show; tools without any are left out."""
        return {n: tool.spec.sensitive for n, tool in self.tools.items() if tool.spec.sensitive}

    async def call(self, name: str, arguments: JsonObject, *, limit_s: float | None = None) -> Json:
        """Call a tool by name; raises as `FunctionTool.call` does."""
        return await self.find(name).call(arguments, limit_s=limit_s)

    def find(self, name: str) -> FunctionTool:
        """The tool of that name; `ToolError` that lists the names where there is none."""
        if name not in self.tools:
            known = ", ".join(sorted(self.tools)) or "none"
            raise ToolError(f"no tool named {name!r}", hint=f"tools: {known}")
        return self.tools[name]

    def __getitem__(self, name: str) -> FunctionTool:
        return self.tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tools)

    def __len__(self) -> int:
        return len(self.tools)

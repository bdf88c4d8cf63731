"""Tools by name."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Self

from engine.contracts import Json, JsonObject, ToolSpec
from engine.errors import BadInput, ToolError
from engine.tools.function import FunctionTool
from engine.tools.schema import Offline, Spared
from engine.tools.tool import Site, Tool, ToolSource, is_destructive

Guard = Callable[[Tool], Tool]
Item = Callable[..., Any] | Tool | ToolSource


@dataclass(frozen=True, slots=True)
class Toolbox(Mapping[str, Tool]):
    """A mapping of names to tools."""

    tools: Mapping[str, Tool] = field(default_factory=dict)
    sources: tuple[ToolSource, ...] = ()
    """What has to be connected before tools of its can be called."""

    def __post_init__(self) -> None:
        """Refuse what is no mapping: a list of functions belongs to `of`."""
        if not isinstance(self.tools, Mapping):
            raise BadInput("a Toolbox holds tools by name", hint="write Toolbox.of(function, …)")

    @classmethod
    def of(cls, *items: Item) -> Self:
        """Tools from functions, tools and sources of tools.

        Raises `BadInput` where two have one name.
        """
        tools: dict[str, Tool] = {}
        sources: list[ToolSource] = []
        for item in items:
            source = _source(item)
            sources += [source] if source else []
            for tool in source.offered() if source else [_tool(item)]:
                if tool.spec.name in tools:
                    raise BadInput(f"two tools are named {tool.spec.name}")
                tools[tool.spec.name] = tool
        return cls(tools, tuple(sources))

    @asynccontextmanager
    async def connected(self, guard: Guard) -> AsyncIterator["Toolbox"]:
        """The tools ready for calls, each as `guard` has it; raises `BadInput` or `ToolError`."""
        async with AsyncExitStack() as stack:
            tools = dict(self.tools)
            for source in self.sources:
                live = await stack.enter_async_context(source.connected())
                tools |= {tool.spec.name: tool for tool in live}
            yield Toolbox({name: guard(tool) for name, tool in tools.items()})

    def described(self, specs: Iterable[ToolSpec]) -> Self:
        """With what was told of tools that are not connected, instead of what is known now."""
        told = {spec.name: spec for spec in specs}
        unknown = [t.spec.name for source in self.sources for t in source.offered()]
        tools = {
            name: _as_told(tool, told[name]) if name in unknown and name in told else tool
            for name, tool in self.tools.items()
        }
        return replace(self, tools=tools)

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        """What a model is told of these tools, in this order; `ToolError` on an unknown name."""
        return tuple(self.find(name).spec for name in names)

    def sensitive(self) -> dict[str, tuple[str, ...]]:
        """By tool, the arguments that no log may show; tools without any are left out."""
        return {n: tool.spec.sensitive for n, tool in self.tools.items() if tool.spec.sensitive}

    async def call(
        self,
        name: str,
        arguments: JsonObject,
        *,
        limit_s: float | None = None,
        site: Site | None = None,
    ) -> Json:
        """Call a tool by name; raises as `Tool.call` does."""
        return await self.find(name).call(arguments, limit_s=limit_s, site=site)

    def find(self, name: str) -> Tool:
        """The tool of that name; `ToolError` that lists the names where there is none."""
        if name not in self.tools:
            known = ", ".join(sorted(self.tools)) or "none"
            raise ToolError(f"no tool named {name!r}", hint=f"tools: {known}")
        return self.tools[name]

    def __getitem__(self, name: str) -> Tool:
        return self.tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tools)

    def __len__(self) -> int:
        return len(self.tools)


def _source(item: Any) -> ToolSource | None:
    return item if hasattr(item, "connected") and hasattr(item, "offered") else None


def _tool(item: Any) -> Tool:
    if hasattr(item, "spec") and hasattr(item, "checked"):
        tool: Tool = item
        return tool
    return FunctionTool.of(item)


def _as_told(tool: Tool, spec: ToolSpec) -> Tool:
    return Offline(spec.model_copy(update={"policy": tool.spec.policy}), tool.source)


def spared(tools: Toolbox) -> Toolbox:
    """The tools, those that are destructive never called."""
    kept = {n: Spared(tool) if is_destructive(tool) else tool for n, tool in tools.items()}
    return replace(tools, tools=kept)

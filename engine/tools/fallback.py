"""Another tool in place of one that fails: both only read, and take the same arguments."""

from collections.abc import Mapping

from engine.clock import Clock
from engine.contracts import Json, JsonObject
from engine.errors import BadInput, Rejected
from engine.reliability.deadline import TimeLimit
from engine.reliability.fallback import Fallback
from engine.tools.guards import UNWELL
from engine.tools.tool import Site, Tool, Wrapped


class FallbackTool(Wrapped):
    """A tool that is unwell is replaced, call by call; what it refuses is refused.

    The step says which tool answered. Both together have the time of one call.
    """

    def __init__(self, tool: Tool, other: Tool, clock: Clock) -> None:
        super().__init__(tool)
        self._other = other
        self._clock = clock
        self._ways = Fallback(self._replaced, name=tool.spec.name, on=(*UNWELL, Rejected))

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> Json:
        """The tool's answer, or else the other's; raises as these do."""
        site = site or Site()
        if limit_s is None:
            return await self._ways.acall(self._first, arguments, site)
        limit = TimeLimit(limit_s, clock=self._clock)
        return await limit.acall(self._ways.acall, self._first, arguments, site)

    async def _first(self, arguments: JsonObject, site: Site) -> Json:
        return await self._tool.call(arguments, site=site)

    async def _replaced(self, arguments: JsonObject, site: Site) -> Json:
        site.told["fallback"] = self._other.spec.name
        return await self._other.call(arguments, site=site)

    def __repr__(self) -> str:
        return f"FallbackTool({self.spec.name!r}, {self._other.spec.name!r})"


def with_fallbacks(tools: Mapping[str, Tool], clock: Clock) -> dict[str, Tool]:
    """The tools, each with the one that its policy names behind it.

    Raises `BadInput` where there is none of that name, or it does not only read.
    """
    return {name: _behind(tool, tools, clock) for name, tool in tools.items()}


def _behind(tool: Tool, tools: Mapping[str, Tool], clock: Clock) -> Tool:
    policy = tool.spec.policy
    if policy is None or policy.fallback is None:
        return tool
    other = tools.get(policy.fallback)
    if other is None:
        known = ", ".join(sorted(set(tools) - {tool.spec.name})) or "none"
        said = f"its fallback {policy.fallback} is no tool of the suite"
        raise BadInput(said, hint=f"tools: {known}", where=f"tool {tool.spec.name}")
    if other.spec.policy is None or other.spec.policy.effect != "read_only":
        said = f"its fallback {policy.fallback} has no policy that says it only reads"
        raise BadInput(said, where=f"tool {tool.spec.name}")
    return FallbackTool(tool, other, clock)

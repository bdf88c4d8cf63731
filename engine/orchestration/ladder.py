"""The degradation ladder: how an agent is made to do with less before it is stopped."""

from collections.abc import Sequence
from math import inf

from engine.contracts import LadderSpec, MessageSpec, ModelRequest, Rung, RungSpec, user

FORCED = "No tool can be used any more. Give your final answer now, with what you know."


class Ladder:
    """Rungs are entered in order and never left; one that would change nothing is passed over.

    `stops_at` is the share of a limit at which the agent is stopped, infinite where that is left
    to the limit itself.
    """

    __slots__ = ("_next", "_spec", "entered", "stops_at")

    def __init__(self, spec: LadderSpec) -> None:
        self._spec = spec
        stops = (rung.at for rung in spec.rungs if rung.rung is Rung.STOP and rung.at < 1)
        self.stops_at = next(stops, inf)
        self._next = 0
        self.entered: list[RungSpec] = []

    def climb(self, used: float, request: ModelRequest, *, pushed: bool = False) -> list[RungSpec]:
        """The rungs entered now that `used` of a limit is used, 0 to 1.

        Where the guard has `pushed`, one more at least, as far as there is one short of stopping.
        """
        rungs = self._spec.rungs
        if not pushed and (self._next >= len(rungs) or rungs[self._next].at > used):
            return []
        new: list[RungSpec] = []
        for rung in rungs[self._next :]:
            if rung.rung is Rung.STOP or (rung.at > used and (new or not pushed)):
                break
            self._next += 1
            if self._applies(rung, request):
                new.append(rung)
        self.entered += new
        return new

    def has(self, rung: Rung) -> bool:
        """Whether that rung has been entered."""
        return any(entered.rung is rung for entered in self.entered)

    def allows(self, tool: str) -> bool:
        """Whether that tool may still be called."""
        restricted = (r.tools for r in self.entered if r.rung is Rung.RESTRICT)
        return not self.has(Rung.FORCE) and all(tool in tools for tools in restricted)

    @property
    def model(self) -> str | None:
        """The cheaper model, once that rung is entered."""
        return next((r.model for r in self.entered if r.rung is Rung.CHEAPER), None)

    def reduced(self, request: ModelRequest) -> ModelRequest:
        """The request as the rungs entered leave it."""
        for rung in self.entered:
            if rung.rung is Rung.RESTRICT:
                tools = tuple(tool for tool in request.tools if tool.name in rung.tools)
                request = request.model_copy(update={"tools": tools})
            elif rung.rung is Rung.SHORTEN:
                messages = shortened(request.messages, rung.messages)
                request = request.model_copy(update={"messages": messages})
            elif rung.rung is Rung.FORCE:
                request = request.model_copy(update={"tools": ()})
        return request

    def _applies(self, rung: RungSpec, request: ModelRequest) -> bool:
        if rung.rung is Rung.RESTRICT:
            return any(tool.name not in rung.tools for tool in request.tools)
        if rung.rung is Rung.SHORTEN:
            return len(shortened(request.messages, rung.messages)) < len(request.messages)
        return rung.rung is not Rung.FORCE or bool(request.tools)

    def __repr__(self) -> str:
        return f"Ladder({', '.join(rung.rung for rung in self.entered) or 'no rung'})"


def shortened(messages: Sequence[MessageSpec], latest: int) -> tuple[MessageSpec, ...]:
    """Instructions, the first message and the latest ones, with a word on what was left out.

    A tool's result is never kept without the call that asked for it.
    """
    head = 2 if messages and messages[0].role == "system" else 1
    begin = max(head, len(messages) - latest)
    while begin < len(messages) and messages[begin].role == "tool":
        begin += 1
    left_out = begin - head
    if left_out < 2:  # noqa: PLR2004 - the word on it would be as long as what it stands for
        return tuple(messages)
    note = user(f"({left_out} earlier messages are left out here.)")
    return (*messages[:head], note, *messages[begin:])

"""Carries out the tool calls of one model answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.contracts import (
    Boundary,
    Decision,
    ErrorSpec,
    Json,
    JsonObject,
    TeamSpec,
    ToolCall,
    Wait,
    canonical,
    check,
    json_text,
)
from engine.contracts.boundary import not_an_object
from engine.errors import CallInFlight, EffectUnknown, StoreError, ToolError, WorkbenchError
from engine.orchestration.line import Line
from engine.orchestration.log import Log, Parked, Stopped, outcome_json, outcome_of
from engine.orchestration.parts import Parts
from engine.orchestration.scribe import Scribe, Turn
from engine.orchestration.team import ASK, HANDOFF, Nothing
from engine.tools import Site

Ask = Callable[[Turn, str, ToolCall], Awaitable[str]]
"""Let a worker answer a question: the asking turn, the place of the call, the call."""
Tell = Callable[[Turn, Line, str, Decision], None]
"""Write down what a person has decided about a call of the turn, and its place in the log."""


class Called(NamedTuple):
    """What a call came to, as the model is told."""

    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one episode; a failure becomes text that the model can act on."""

    team: TeamSpec
    parts: Parts
    scribe: Scribe
    log: Log | None
    ask: Ask
    tell: Tell

    async def carry_out(self, turn: Turn, line: Line, calls: Sequence[ToolCall]) -> list[Called]:
        """Run them together; raises `Parked` or `Stopped` once all that could be done is done."""
        handoff = first_handoff(line, calls)
        acts = [self._act(turn, line, at, call, handoff) for at, call in enumerate(calls, 1)]
        outcomes = [await acts[0]] if len(acts) == 1 else await asyncio.gather(*acts)
        for way_out in outcomes:
            if not isinstance(way_out, Called):
                raise way_out
        return [outcome for outcome in outcomes if isinstance(outcome, Called)]

    async def _act(
        self, turn: Turn, line: Line, position: int, call: ToolCall, handoff: ToolCall | None
    ) -> Called | Parked | Stopped:
        started = self.parts.clock.now()
        place = f"{turn.place}.{position}"
        if self.log:
            for key, decision in self.log.decisions(place):
                self.tell(turn, line, key, decision)
        try:
            outcome = await self._outcome(turn, line, place, call, handoff)
        except (Parked, Stopped) as way_out:  # its siblings are let finish first
            return way_out
        self.scribe.tool(turn, position, call, started, outcome)
        if isinstance(outcome, ErrorSpec):
            return Called(f"Error: {outcome.message}", failed=True)
        return Called(outcome if isinstance(outcome, str) else json_text(outcome))

    async def _outcome(
        self, turn: Turn, line: Line, place: str, call: ToolCall, handoff: ToolCall | None
    ) -> Json | ErrorSpec:
        # A worker's own calls are in the log: it is led through them, so that what it used counts.
        log = self.log if self.log and not is_ask(line, call) else None
        key = f"{place}:tool"
        if log and key in log.entries:
            return outcome_of(log.entries[key])
        outcome: Json | ErrorSpec
        try:
            outcome = await self._carry_out(turn, line, place, call, handoff)
        except StoreError:  # what cannot be kept must stop the run
            raise
        except WorkbenchError as error:
            outcome = self.scribe.error(error)
        if log:
            log.put(key, outcome_json(outcome))
        return outcome

    async def _carry_out(
        self, turn: Turn, line: Line, place: str, call: ToolCall, handoff: ToolCall | None
    ) -> Json:
        if call.malformed is not None:
            raise not_an_object(Boundary.TOOL_ARGUMENTS, call.malformed, where=call.name)
        if is_handoff(line, call):
            check(Boundary.HANDOFF, Nothing, call.arguments, where=call.name)
            if call is not handoff:
                raise ToolError("only one handoff at a time; the first one was carried out")
            return f"Handed over to {call.name.removeprefix(HANDOFF)}."
        if not line.offers(call.name):
            raise ToolError(f"{line.agent.name} has no tool named {call.name}, or no longer")
        if is_ask(line, call):
            return await self.ask(turn, place, call)
        decision = self._word_on(line, place, call)
        edited = decision is not None and decision.action == "edit"
        if decision is None or not edited:
            return await self._call(turn, line, place, call)
        if decision.arguments is None:
            return decision.note
        changed = call.model_copy(update={"arguments": decision.arguments})
        result = await self._call(turn, line, place, changed)
        told = canonical(decision.arguments).decode()
        return f"(A person changed the arguments to {told}.) {json_text(result)}"

    def _word_on(self, line: Line, place: str, call: ToolCall) -> Decision | None:
        """What a person says of the call, where one has to be asked; raises `Parked`, `Stopped`."""
        if self.log is None:
            return None
        begun = self.log.intents(place)
        if not begun and call.name not in line.agent.approvals:
            return None
        decision = self.log.decision(f"{place}:decision{begun}")
        if decision is None and begun and self._is_guarded(call):  # it knows what became of it
            said = [word for _, word in self.log.decisions(place)]
            return said[-1] if said else None
        if decision is None:
            raise Parked(_wait(line, place, call, begun))
        if decision.action == "stop":
            raise Stopped(decision.note or f"a person stopped it at {call.name}")
        return decision

    def _is_guarded(self, call: ToolCall) -> bool:
        return self.parts.tools.find(call.name).spec.policy is not None

    async def _call(self, turn: Turn, line: Line, place: str, call: ToolCall) -> Json:
        begun, again = 0, False
        if self.log:
            begun = self.log.intents(place)
            again = bool(begun) and self.log.decision(f"{place}:decision{begun}") is not None
            self.log.intend(place)
        limit_s = self.team.limits.tool_timeout_s
        key = self.scribe.key
        site = Site(key.tenant, key.episode_id, place, again=again)
        try:
            return await self.parts.tools.call(
                call.name, call.arguments, limit_s=limit_s, site=site
            )
        except (EffectUnknown, CallInFlight) as error:
            unknown = isinstance(error, EffectUnknown)
            if not (self.log and self.log.durable and (unknown or begun)):
                raise  # in flight and not begun here, it is another call, which is well
            said = error.message if unknown else ""
            raise Parked(_wait(line, place, call, self.log.intents(place), said)) from None
        finally:
            if site.told:
                _note(turn, place, {"tool": call.name, **site.told})


def is_handoff(line: Line, call: ToolCall) -> bool:
    """Whether the call hands the conversation over."""
    handoffs = line.agent.handoffs
    return bool(handoffs) and call.name.removeprefix(HANDOFF) in handoffs


def is_ask(line: Line, call: ToolCall) -> bool:
    """Whether the call asks a worker."""
    return call.name.removeprefix(ASK) in line.agent.workers


def first_handoff(line: Line, calls: Sequence[ToolCall]) -> ToolCall | None:
    """The handoff among the calls that is carried out."""
    if not line.agent.handoffs:
        return None
    sound = (call for call in calls if call.malformed is None and not call.arguments)
    return next((call for call in sound if is_handoff(line, call)), None)


def _wait(line: Line, place: str, call: ToolCall, begun: int, told: str = "") -> Wait:
    said = told or f"{line.agent.name} wants to call {call.name}"
    if begun and not told:
        said = f"the process ended while {call.name} was called: it may have had its effect"
    return Wait(
        kind="unknown" if begun else "approval",
        key=f"{place}:decision{begun}",
        agent=line.agent.name,
        message=said,
        call=call,
    )


def _note(turn: Turn, place: str, told: JsonObject) -> None:
    """Keep with the step how one of its calls went, by its position."""
    calls = turn.attributes.setdefault("tool_calls", {})
    if isinstance(calls, dict):
        calls[place.rpartition(".")[2]] = told

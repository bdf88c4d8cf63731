"""The recording that runs along: takes each fact of the replay and lays it beside its own."""

from collections.abc import Iterator

from engine.contracts import Exchange, Fact, Json, JsonObject, Step, ToolCall, canonical
from engine.orchestration import Turn
from engine.replay import compare
from engine.replay.clock import FollowingClock
from engine.replay.divergence import Difference, Divergence, Mode
from engine.replay.recording import Recording
from engine.replay.standin import RecordedEnd, StandInTools, Unrecorded


class Diverged(Exception):
    """The replay has parted from the recording: it is not to go on."""


class Tape:
    """Compares what a loop emits; after the first `divergence` nothing counts any more.

    A step is looked for under its own index. Where workers conversed at once, the order in which
    their steps began is chance: there it is found by what it says.
    """

    def __init__(
        self,
        recording: Recording,
        mode: Mode,
        clock: FollowingClock,
        tools: StandInTools | None,
    ) -> None:
        self.divergence: Divergence | None = None
        self.ended = False
        """Set once an imported recording has said all: what the loop does then is not compared."""
        self._recording = recording
        self._mode = mode
        self._clock = clock
        self._tools = tools
        self._left = dict(recording.by_index)
        self._index: dict[int, int] = {}
        self._made: dict[int, set[int]] = {}

    @property
    def replayed(self) -> int:
        """Steps that came as they were recorded."""
        return len(self._recording.steps) - len(self._left)

    def emit(self, fact: Fact) -> None:
        """Take a fact of the replay; raises `Diverged` where it is not the recorded one."""
        if self.divergence is not None or self.ended:
            return
        found = None
        if isinstance(fact, Exchange | Step) and _says_no_more(fact):
            self.ended = True
        elif isinstance(fact, Step):
            found = self._step(fact)
        elif isinstance(fact, Exchange):
            found = self._asked(fact) if fact.kind == "model" else self._called(fact)
        if found is not None:
            self.divergence = found
            raise Diverged

    def knows_step(self, turn: Turn, state_hash: str) -> bool:
        """Whether that step is plainly the recorded one; it then counts as replayed."""
        # A guard's step is never plain: part of what it says of itself depends on the time.
        recorded = self._left.get(turn.index) if self._plain else None
        if recorded is None or turn.error or recorded.error or turn.kind == "guard":
            return False
        if turn.kind != "human" and recorded.agent != turn.agent:
            return False
        if (recorded.kind, recorded.state_hash) != (turn.kind, state_hash):
            return False
        if recorded.messages != tuple(turn.messages) or self._missing(turn.index):
            return False
        self._done(turn.index)
        return True

    def knows_call(self, index: int, position: int, call: ToolCall, result: Json) -> bool:
        """Whether that call with its result is plainly the recorded one; it then counts as made."""
        recorded = self._recording.by_place.get((index, position)) if self._plain else None
        if recorded is None or recorded.error or recorded.name != call.name:
            return False
        request: JsonObject = {"name": call.name, "arguments": call.arguments}
        old, new = (recorded.request, recorded.response), (request, result)
        if old != new or canonical(old) != canonical(new):  # True is 1 to Python
            return False
        self._make(index, recorded)
        return True

    @property
    def _plain(self) -> bool:
        return not (self.divergence or self.ended or self._recording.branched)

    def left(self) -> Divergence | None:
        """The first recorded step that has not come, as a divergence."""
        step = next(iter(self._left.values()), None)
        if step is None:
            return None
        return compare.parting(
            Difference.ENDING_CHANGED, compare.outline(step), None, step=step.index
        )

    def _asked(self, now: Exchange) -> Divergence | None:
        if not self._recording.requests:
            return None
        at = self._index[now.step_index] = self._turn(now)
        recorded = self._recording.by_place.get((at, 0))
        if recorded is None:
            return self._unexpected(now, at)
        found = compare.request_parting(recorded, now, self._mode)
        if found is None and self._mode is Mode.MODEL_LIVE:
            found = compare.answer_parting(recorded, now)
        return found

    def _turn(self, now: Exchange) -> int:
        """The index under which that model call was recorded."""
        # Spans would not do to tell conversations apart: they are drawn in the order of chance.
        same = self._recording.by_place.get((now.step_index, 0))
        if not self._recording.branched or (same and same.request_hash == now.request_hash):
            return now.step_index
        alike = (
            e.step_index
            for e in self._recording.exchanges
            if e.position == 0 and e.request_hash == now.request_hash and e.step_index in self._left
        )
        return next((at for at in alike if at not in self._index.values()), now.step_index)

    def _unexpected(self, now: Exchange, at: int) -> Divergence:
        step = self._left.get(at)
        asked: JsonObject = {"kind": "model", "name": now.name, "request": now.request}
        if step is None or step.kind == "model":
            return compare.parting(Difference.EXTRA_CALL, None, asked, step=at)
        return compare.parting(Difference.STEP_CHANGED, compare.outline(step), asked, step=at)

    def _called(self, now: Exchange) -> Divergence | None:
        at = self._index.get(now.step_index, now.step_index)
        recorded = self._recording.by_place.get((at, now.position))
        if recorded is None or recorded.request != now.request:
            found = self._call(at, now.position, now)
            if found is not None or recorded is None:
                return found
        self._make(at, recorded)
        return compare.result_parting(recorded, now)

    def _call(self, at: int, position: int, now: Exchange) -> Divergence | None:
        return compare.call_parting(
            list(self._calls_from(at)), now.request, step=at, position=position
        )

    def _calls_from(self, at: int) -> Iterator[Exchange]:
        return (e for e in self._recording.exchanges if e.position and e.step_index >= at)

    def _step(self, now: Step) -> Divergence | None:
        at = self._index.pop(now.index, None)
        at = self._place(now) if at is None else at
        recorded = self._left.get(at)
        if now.error is not None and (found := self._call_without(now, at)):
            return found
        if recorded is None:
            return compare.parting(Difference.STEP_CHANGED, None, compare.outline(now), step=at)
        if found := compare.step_parting(recorded, now, self._mode) or self._missing(at):
            return found
        self._done(at)
        return None

    def _done(self, at: int) -> None:
        del self._left[at]
        self._clock.follow(at)

    def _make(self, at: int, recorded: Exchange) -> None:
        self._made.setdefault(at, set()).add(recorded.position)
        if self._tools is not None:
            self._tools.done(recorded)

    def _place(self, now: Step) -> int:
        """The index under which that step, which asked no model, was recorded."""
        same = self._left.get(now.index)
        if not self._recording.branched or (same and same.state_hash == now.state_hash):
            return now.index
        alike = (
            at
            for at, step in self._left.items()
            if (step.kind, step.agent, step.state_hash) == (now.kind, now.agent, now.state_hash)
        )
        return next(alike, now.index)

    def _call_without(self, now: Step, at: int) -> Divergence | None:
        """The call of a step for which nothing was recorded, where that is what ended it."""
        if now.error is None or now.error.code != Unrecorded.__name__ or not now.messages:
            return None
        recorded = list(self._calls_from(at))
        for position, call in enumerate(now.messages[0].tool_calls, 1):
            made: JsonObject = {"name": call.name, "arguments": call.arguments}
            if found := compare.call_parting(recorded, made, step=at, position=position):
                return found
        return None

    def _missing(self, at: int) -> Divergence | None:
        """The first recorded call of a step that was not made."""
        made = self._made.get(at, set())
        calls = self._recording.calls.get(at, ())
        if len(calls) == len(made):
            return None
        lost = next(call for call in calls if call.position not in made)
        return compare.parting(
            Difference.CALL_MISSING, lost.request, None, step=at, position=lost.position
        )


def _says_no_more(fact: Exchange | Step) -> bool:
    return fact.error is not None and fact.error.code == RecordedEnd.__name__

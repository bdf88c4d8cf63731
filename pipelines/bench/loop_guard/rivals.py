"""Loop detectors of three public agents, rebuilt from what their makers say they do.

Each sees the same observations as the guard. All three begin anew when a person has answered.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from engine.contracts import canonical
from engine.orchestration.guard import Observation
from pipelines.bench.loop_guard.case import Detector

_CHUNK: Final = 50  # characters of a text that are compared at once
_CHANTS: Final = 10  # times that a chunk comes again
_NEAR: Final = 5 * _CHUNK  # characters between two of them, on average
_OVERFLOWS: Final = 10  # context window errors in a row
_TEXT_KEPT: Final = 5_000  # characters looked back at


class _Event(NamedTuple):
    """A call with its result, or a text: what these detectors call an action."""

    step: int
    action: str
    result: str | None
    failed: bool

    @property
    def overflow(self) -> bool:
        """Whether it failed as the context window was full."""
        return self.failed and "context window" in (self.result or "")

    @property
    def pair(self) -> tuple[str, str | None]:
        return self.action, self.result


Stuck = Callable[[Sequence[_Event]], bool]


def openhands(events: Sequence[_Event]) -> bool:
    """Five rules of the OpenHands stuck detector, over what came since a person last spoke.

    One action with one result four times in a row; one action failing three times; the same
    message three times; two actions with their results taking turns for six; ten context window
    errors in a row, which no recording here has and which are read from the results.
    """
    pairs = [event.pair for event in events]
    said = [event.action for event in events[-3:] if event.result is None]
    failed = [event.action for event in events[-3:] if event.failed]
    return (
        _cycles(pairs, 1, 4)
        or _cycles(failed, 1, 3)
        or _cycles(said, 1, 3)
        or (_cycles(pairs, 2, 3) and pairs[-1] != pairs[-2])
        or [event.overflow for event in events[-_OVERFLOWS:]] == [True] * _OVERFLOWS
    )


def gemini_cli(events: Sequence[_Event]) -> bool:
    """Gemini CLI: a cycle of one to five calls gone through five times, or a chant.

    A chant is a chunk of 50 characters that comes ten times in the text since the last call, on
    average no more than five chunks apart.
    """
    if events[-1].result is None:
        return _chants(_spoken(events))
    calls = [event.action for event in events if event.result is not None]
    return any(_cycles(calls, period, 5) for period in range(1, 6))


def cline(events: Sequence[_Event]) -> bool:
    """Cline: one call five times in a row stops it; the warning at three stops nothing."""
    calls = [event.action for event in events if event.result is not None]
    return _cycles(calls, 1, 5)


def _cycles(done: Sequence[Hashable], period: int, times: int) -> bool:
    """Whether the last of what was done is a cycle of that length, gone through so often."""
    last = list(done[-period * times :])
    return len(last) == period * times and last == last[:period] * times


def _spoken(events: Sequence[_Event]) -> str:
    """The text since the last call."""
    said = []
    for event in reversed(events):
        if event.result is not None:
            break
        said.append(event.action)
    return "".join(reversed(said))[-_TEXT_KEPT:]


def _chants(text: str) -> bool:
    places: dict[str, list[int]] = defaultdict(list)
    for at in range(len(text) - _CHUNK + 1):
        found = places[text[at : at + _CHUNK]]
        found.append(at)
        recent = found[-_CHANTS:]
        gaps = [after - before for before, after in pairwise(recent)]
        if len(recent) == _CHANTS and sum(gaps) <= _NEAR * len(gaps):
            return True
    return False


def rival(stuck: Stuck) -> Detector:
    """Ask a rival after each of the events of an episode."""

    def detect(steps: Sequence[Observation]) -> int | None:
        events: list[_Event] = []
        for index, step in enumerate(steps):
            for event in _events(index, step):
                events.append(event)
                if stuck(events):
                    return index
            if step.replied:
                events.clear()
        return None

    return detect


def _events(index: int, step: Observation) -> Iterator[_Event]:
    if step.text or step.handoff:
        yield _Event(index, step.text or f"to {step.handoff}", None, failed=False)
    for act in step.acts:
        action = f"{act.tool} {canonical(act.arguments).decode()}"
        yield _Event(index, action, act.result, act.failed)


RIVALS: Final = {
    "openhands": rival(openhands),
    "gemini_cli": rival(gemini_cli),
    "cline": rival(cline),
}

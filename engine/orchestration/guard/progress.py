"""Rules about steps that lead nowhere."""

from collections.abc import Callable, Hashable
from typing import Final

from engine.contracts import Rule
from engine.orchestration.guard.observation import Observation
from engine.orchestration.guard.repetition import Counted
from engine.orchestration.guard.trace import Finding, Trace

Progress = Callable[[Observation], Hashable]
"""What measures progress: a step makes some where the value is another than the step's before."""

_REMEMBERED: Final = 5_000
"""Results, texts and states that are remembered as seen; the oldest are forgotten first."""


class Novelty:
    """Whether a step brought something new: by default a result, a text or a handoff unseen."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._last: Hashable = object()
        self._seen: dict[int, None] = {}

    def judge(self, step: Trace) -> bool:
        """Say so, and remember what the step brought."""
        if self._progress is None:
            return self._unseen(step)
        value = self._progress(step.seen)
        changed, self._last = value != self._last, value
        return changed

    def _unseen(self, step: Trace) -> bool:
        seen, before = self._seen, len(self._seen)
        for done in step.done:
            seen[done.result] = None
        if not step.done:
            seen[step.mark] = None
        fresh = len(seen) > before
        while len(seen) > _REMEMBERED:
            seen.pop(next(iter(seen)))
        return fresh


class NoProgress:
    """Steps in a row without anything new, and the input tokens they took."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._tokens = 0

    def look(self, step: Trace) -> list[Finding]:
        """A finding for the steps, and one for the tokens, where the step brought nothing new."""
        if step.new and not (step.repeats_text and not step.done):
            self.forgive()
            return []
        self._steps.append(step.index)
        self._tokens += step.seen.input_tokens
        steps = tuple(self._steps)
        found = [Finding(Rule.NO_PROGRESS, len(steps), steps, step.seen.agent, step)]
        if self._tokens:
            found.append(Finding(Rule.GROWTH, self._tokens, steps, step.seen.agent, step))
        return found

    def forgive(self) -> None:
        """Count anew."""
        self._steps.clear()
        self._tokens = 0


class Oscillation:
    """Returns to a state that had been left.

    The state is the environment's where the caller tells it, else what is known of it: the latest
    call of each tool with its result.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._view: dict[str, int] = {}
        self._sum = 0
        """Of the view's hashes: the same for the same view, in whatever order it came about."""
        self._last: int | None = None
        self._seen = Counted(window)
        self._returns: list[int] = []

    def look(self, step: Trace) -> list[Finding]:
        """A finding where the step has led back to an earlier state."""
        state = self._state(step)
        if state is None or state == self._last:
            return []
        self._last = state
        back = len(self._seen.add(state, step.index)) > 1
        if not back:
            return []
        before = step.index - self._window
        self._returns = [index for index in self._returns if index > before] + [step.index]
        found = Finding(Rule.OSCILLATION, len(self._returns), tuple(self._returns), "", step)
        return [found]

    def forgive(self) -> None:
        """Count anew."""
        self._returns.clear()

    def _state(self, step: Trace) -> int | None:
        if step.seen.state is not None:
            return hash(step.seen.state)
        if not step.done:
            return None
        for done in step.done:
            known = hash((done.act.tool, done.call, done.result))
            self._sum += known - self._view.get(done.act.tool, 0)
            self._view[done.act.tool] = known
        return self._sum

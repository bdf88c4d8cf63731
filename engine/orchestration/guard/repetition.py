"""Rules about the same thing done again."""

from collections import deque
from typing import Final

from engine.contracts import Rule
from engine.orchestration.guard.trace import Done, Finding, Trace

_SHOWN: Final = 8
"""Repetitions of a cycle that are shown as evidence; what goes on longer is cut long before."""


class Counted:
    """Steps in which a key was seen, those within the window alone."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._steps: dict[int, list[int]] = {}

    def add(self, key: int, index: int) -> list[int]:
        """The steps that had it, this one included."""
        steps = self._steps.get(key)
        if steps is None:
            if len(self._steps) > 8 * self._window:
                self._drop(index - self._window)
            steps = self._steps[key] = [index]
            return steps
        if steps[-1] != index:
            steps.append(index)
        if steps[0] <= index - self._window:
            steps[:] = [step for step in steps if step > index - self._window]
        return steps

    def clear(self) -> None:
        """Forget all."""
        self._steps.clear()

    def _drop(self, before: int) -> None:
        self._steps = {key: steps for key, steps in self._steps.items() if steps[-1] > before}


class Same:
    """The same call with the same result, or the same call failing again."""

    def __init__(self, window: int) -> None:
        self._results = Counted(window)
        self._errors = Counted(window)

    def look(self, step: Trace) -> list[Finding]:
        """A finding for each call that was made before."""
        return [found for done in step.done if (found := self._one(done, step))]

    def forgive(self) -> None:
        """Count anew."""
        self._results.clear()
        self._errors.clear()

    def _one(self, done: Done, step: Trace) -> Finding | None:
        if done.act.failed:
            rule, steps = Rule.SAME_ERROR, self._errors.add(done.call, step.index)
        else:
            rule = Rule.SAME_RESULT
            steps = self._results.add(hash((done.call, done.result)), step.index)
        first = len(steps) == 1
        return None if first else Finding(rule, len(steps), tuple(steps), done.act.tool, step)


class Cycle:
    """Two to `longest` steps that come again and again in the same order, with the same results.

    A cycle of one step is `Same`'s.
    """

    def __init__(self, longest: int) -> None:
        self._marks: deque[int] = deque(maxlen=longest)
        self._indexes: deque[int] = deque(maxlen=_SHOWN * longest)
        self._runs = [0] * (longest + 1)

    def look(self, step: Trace) -> list[Finding]:
        """The shortest cycle that has been gone through at least twice."""
        marks, runs = self._marks, self._runs
        for period in range(1, len(marks) + 1):
            runs[period] = runs[period] + 1 if marks[-period] == step.mark else 0
        marks.append(step.mark)
        self._indexes.append(step.index)
        for period in range(2, len(runs)):
            if runs[period] >= period > runs[1]:
                return [self._finding(step, period)]
        return []

    def forgive(self) -> None:
        """Count anew."""
        self._marks.clear()
        self._runs = [0] * len(self._runs)

    def _finding(self, step: Trace, period: int) -> Finding:
        times = 1 + self._runs[period] // period
        evidence = tuple(self._indexes)[-times * period :]  # other steps may lie between them
        return Finding(Rule.CYCLE, times, evidence, str(period), step)

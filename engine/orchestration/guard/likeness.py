"""Rules about nearly the same thing done or said again."""

from collections import defaultdict

from engine.contracts import GuardPolicy, Rule
from engine.orchestration.guard.trace import Done, Finding, Trace
from engine.orchestration.guard.words import Past, exchanged, likeness, shrunk, words

_SAME_RESULT = 0.8
"""Results so alike tell the same; a time stamp or a counter in them does not make them new."""
_AS_LONG = 2
"""Results of which one is longer by more than this factor are not alike."""
_FEW_WORDS = 4
"""What has fewer words says too little to be compared: it is the same, or it is another."""


class _Counter:
    """The steps of a window that repeated something, each with its weight."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._steps: dict[int, int] = {}

    def add(self, index: int, weight: int = 1) -> tuple[int, tuple[int, ...]]:
        """Their weight together, and the steps; a step counts once, with its greater weight."""
        before = index - self._window
        self._steps = {step: count for step, count in self._steps.items() if step > before}
        self._steps[index] = max(weight, self._steps.get(index, 0))
        return sum(self._steps.values()), tuple(self._steps)

    def clear(self) -> None:
        self._steps.clear()


class SimilarCall:
    """A call like an earlier one of the same tool that brought a result like the earlier one's.

    A call that is like an earlier one and brings something else is how one pages and searches.
    """

    def __init__(self, policy: GuardPolicy) -> None:
        self._least = policy.call_similarity
        self._past: dict[str, Past[Done]] = defaultdict(lambda: Past(policy.window))
        self._repeats: dict[str, _Counter] = defaultdict(lambda: _Counter(policy.window))

    def look(self, step: Trace) -> list[Finding]:
        """A finding for each call that is like an earlier one."""
        found = []
        for done in step.done:
            if done.said.bit_count() < _FEW_WORDS:
                continue
            past = self._past[done.act.tool]
            if any(self._again(done, old) for _, old in past.like(done.said, self._least)):
                times, steps = self._repeats[done.act.tool].add(step.index)
                found.append(Finding(Rule.SIMILAR_CALL, times, steps, done.act.tool, step))
            past.add(done.said, done)
        return found

    def forgive(self) -> None:
        """Count anew."""
        self._repeats.clear()

    def _again(self, new: Done, old: Done) -> bool:
        if new.result == old.result:
            return new.call != old.call  # the same call is another rule's
        fewer, more = sorted((len(new.act.result), len(old.act.result)))
        if more > _AS_LONG * fewer:
            return False  # without a look at the words of both
        return likeness(new.got, old.got) >= _SAME_RESULT


class SimilarText:
    """A text or an instruction like an earlier one of the same agent.

    One with the very words of an earlier one counts twice: it cannot be anything else than the
    same again. Not counted: an instruction that leaves out what has been dealt with or asks the
    same of another thing, a text that a person answered, and a text beside calls that brought
    something new.
    """

    def __init__(self, policy: GuardPolicy) -> None:
        self._least = policy.text_similarity
        self._past: dict[str, Past[None]] = defaultdict(lambda: Past(policy.window))
        self._repeats = _Counter(policy.window)

    def look(self, step: Trace) -> list[Finding]:
        """A finding where the step says again what was said before."""
        seen = step.seen
        if seen.replied or not (seen.asks or (seen.text and not (step.new and step.done))):
            return []
        past = self._past[seen.agent]
        repeated = 0
        for said in self._said(step):
            repeated = max(
                repeated, _weight(said, [old for old, _ in past.like(said, self._least)])
            )
            past.add(said, None)
        step.repeats_text = repeated > 0
        if not repeated:
            return []
        times, steps = self._repeats.add(step.index, repeated)
        return [Finding(Rule.SIMILAR_TEXT, times, steps, seen.agent)]

    def forgive(self) -> None:
        """Count anew."""
        self._repeats.clear()

    def _said(self, step: Trace) -> list[int]:
        texts = list(step.seen.asks)
        if step.seen.text and not (step.new and step.done):
            texts.append(step.seen.text)
        return [said for said in map(words, texts) if said.bit_count() >= _FEW_WORDS]


def _weight(said: int, like: list[int]) -> int:
    """How much a text repeats those like it: not at all, once, or twice where it is the same."""
    if said in like:
        return 2
    return int(any(not (shrunk(said, old) or exchanged(said, old)) for old in like))

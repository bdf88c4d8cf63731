"""Precision and recall on seeded loops with known truth, twins and honest work."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipelines.bench.loop_guard.case import Case, Detector, Score, share
from pipelines.bench.loop_guard.crossfit import best, lengths
from pipelines.bench.loop_guard.detectors import beside, guard
from pipelines.bench.loop_guard.loops import LOOPS
from pipelines.bench.loop_guard.rivals import RIVALS
from pipelines.bench.loop_guard.seeded import SEEDS, seeded
from pipelines.bench.loop_guard.tau_bench import Recorded
from pipelines.bench.result import Result


def cases(episodes: Sequence[Recorded], times: int) -> list[Case]:
    """The cases of all seeds, planted so often into each host; passing episodes alone are hosts."""
    clean = defaultdict(list)
    for episode in episodes:
        if episode.passed:
            clean[episode.task].append(episode.steps)
    return [case for seed in SEEDS for case in seeded(seed, clean, times=times)]


def best_length(tried: Sequence[Case]) -> tuple[str, Detector]:
    """The cut at n steps that does best on these very cases: more than it could know."""
    cuts = lengths()
    name = best(cuts, tried)
    return name, cuts[name]


def rows(tried: Sequence[Case], length: tuple[str, Detector]) -> Iterator[Result]:
    """The guard by kind, then each rival and baseline."""
    score = Score.of(guard(), tried)
    shape = f"{len(tried)} episodes, {len(SEEDS)} seeds"
    right = f"{share(score.caught, score.alarms)}; false alarms: {_false(tried)}; {shape}"
    yield Result("synthetic_precision", score.precision, "share", right)
    found = f"{share(score.caught, score.loops)}; {_caught(tried)}"
    yield Result("synthetic_recall", score.recall, "share", found)
    for name, detector in {**RIVALS, **beside()}.items():
        yield from _beside(name, Score.of(detector, tried))
    chosen, cut = length
    yield from _beside("cut_at_n", Score.of(cut, tried), f"; {chosen}, the best on this set itself")


def _beside(name: str, score: Score, about: str = "") -> Iterator[Result]:
    right, found = share(score.caught, score.alarms), share(score.caught, score.loops)
    yield Result(f"synthetic_precision@{name}", score.precision, "share", right + about)
    yield Result(f"synthetic_recall@{name}", score.recall, "share", found + about)


def _caught(tried: Sequence[Case]) -> str:
    """Loops caught, kind by kind."""
    scores = {kind: Score.of(guard(), [c for c in tried if c.kind == kind]) for kind in LOOPS}
    return ", ".join(f"{kind} {score.caught}/{score.loops}" for kind, score in scores.items())


def _false(tried: Sequence[Case]) -> str:
    """False alarms by kind, of the kinds that have any."""
    kinds = dict.fromkeys(case.kind for case in tried)
    scores = {kind: Score.of(guard(), [c for c in tried if c.kind == kind]) for kind in kinds}
    said = [f"{kind} {score.false}/{score.cases}" for kind, score in scores.items() if score.false]
    return ", ".join(said) or "none"

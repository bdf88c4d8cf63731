"""Recorded successes: an episode that passed must not have been stopped."""

from collections.abc import Iterator, Sequence

from pipelines.bench.loop_guard.case import Detector
from pipelines.bench.loop_guard.detectors import beside, guard
from pipelines.bench.loop_guard.rivals import RIVALS
from pipelines.bench.loop_guard.spend import ESTIMATE, saved
from pipelines.bench.loop_guard.tau_bench import Recorded
from pipelines.bench.result import Result


def rows(episodes: Sequence[Recorded], length: tuple[str, Detector]) -> Iterator[Result]:
    """Cuts of passing and of failing episodes, and what the latter would have saved."""
    passing = [episode for episode in episodes if episode.passed]
    failing = [episode for episode in episodes if not episode.passed]
    note = f"of {len(passing)} episodes that passed"
    yield Result("false_cuts", _cuts(guard(), passing), "count", f"{note}, default policy")
    for name, detector in {**RIVALS, **beside()}.items():
        yield Result(f"false_cuts@{name}", _cuts(detector, passing), "count", note)
    chosen, cut = length
    about = f"{note}; {chosen}, the best on the seeded set"
    yield Result("false_cuts@cut_at_n", _cuts(cut, passing), "count", about)
    cuts = _cuts(guard(), failing)
    yield Result("cuts_failing", cuts, "count", f"of {len(failing)} episodes that failed")
    after, total = saved(guard(), [episode.steps for episode in failing])
    said = f"{after:,.0f} of {total:,.0f}, {cuts} cuts; {ESTIMATE}"
    yield Result("tokens_saved_failing", after / max(1, total), "share", said)


def _cuts(detector: Detector, episodes: Sequence[Recorded]) -> int:
    return sum(detector(episode.steps) is not None for episode in episodes)

"""All metrics of `bench loop-guard`."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from engine.errors import NotFound
from pipelines.bench.loop_guard import on_failures, on_seeded, on_successes
from pipelines.bench.loop_guard.overhead import HISTORY, ROUNDS, guard_us
from pipelines.bench.loop_guard.tau_bench import recorded
from pipelines.bench.loop_guard.who_and_when import with_ledger, without_ledger
from pipelines.bench.result import Options, Result

_TAU_BENCH: Final = {
    "synthetic_precision": "share",
    "synthetic_recall": "share",
    "false_cuts": "count",
    "guard_us": "us",
}
_WHO_AND_WHEN: Final = {
    "precision": "share",
    "recall": "share",
    "recall_gain_vs_verbatim": "recall points",
    "false_alarms_unlabelled": "count",
}


def measure(options: Options) -> list[Result]:
    """Each metric, or null with what is missing; raises `BadInput` where a recording is damaged."""
    times = 8 if options.full else 2
    return [
        *_of("tau-bench", options, _TAU_BENCH, lambda home: _on_tau_bench(home, times)),
        *_of("who-and-when", options, _WHO_AND_WHEN, _on_who_and_when),
    ]


def _of(
    name: str,
    options: Options,
    metrics: dict[str, str],
    rows: Callable[[Path], Iterable[Result]],
) -> Iterable[Result]:
    missing = f"needs {name}: --data PATH, or WORKBENCH_TEST_DATA"
    if options.data is not None:
        try:
            return list(rows(options.data / name))
        except NotFound as error:
            missing = str(error)
    return [Result(metric, None, unit, missing) for metric, unit in metrics.items()]


def _on_tau_bench(home: Path, times: int) -> Iterable[Result]:
    episodes = recorded(home)
    cases = on_seeded.cases(episodes, times)
    length = on_seeded.best_length(cases)
    yield from on_seeded.rows(cases, length)
    yield from on_successes.rows(episodes, length)
    steps = [step for episode in episodes for step in episode.steps]
    note = f"CPU time, recorded steps after {HISTORY} others; best of {ROUNDS} rounds"
    yield Result("guard_us", guard_us(steps), "us", note)


def _on_who_and_when(home: Path) -> Iterable[Result]:
    yield from on_failures.rows(with_ledger(home))
    yield from on_failures.unlabelled(without_ledger(home))

"""Episodes recorded elsewhere, taken into the store."""

from dataclasses import dataclass
from pathlib import Path

from engine.clock import SystemClock
from engine.contracts import Run
from engine.interchange import read_tau_bench
from workbench.store import Store
from workbench.store.queries.runs import summaries


@dataclass(frozen=True, slots=True)
class Imported:
    """The run that recordings have become."""

    run_id: str
    episodes: int
    new: bool  # false: the store had it already, and nothing has changed


def import_tau_bench(store: Store, path: Path | str) -> Imported:
    """Take in tau-bench recordings: the run is in the store whole or not at all.

    Raises `BadInput` naming the episode and field at fault, `NotFound` where there is no file.
    """
    groups = read_tau_bench(Path(path), now=SystemClock().now())
    run = next(groups)[0]
    assert isinstance(run, Run)  # noqa: S101 - the reader's promise
    new = summaries(store.lake, [run.run_id]).is_empty()
    if new:
        with store.recorder() as recorder:
            recorder.add(run, *(fact for group in groups for fact in group))
    return Imported(run.run_id, run.planned, new)

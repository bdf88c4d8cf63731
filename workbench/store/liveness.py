"""Whether a process is still at work on a run: it holds the run's lock file, which ends with it."""

from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from workbench.store.location import Location

RUNNING = "running"
INTERRUPTED = "interrupted"


def run_lock(home: Path, run_id: str) -> Path:
    """The file that the process at work on a run holds."""
    return home / "locks" / f"{run_id}.lock"


def with_liveness(runs: pl.DataFrame, location: Location | None) -> pl.DataFrame:
    """The runs, those `running` that nobody works on called `interrupted`.

    Of a shared store nothing is said: the lock may be held on another machine.
    """
    if location is None or location.shared or RUNNING not in runs["status"]:
        return runs
    open_ids = runs.filter(pl.col("status") == RUNNING)["run_id"]
    dead = [run_id for run_id in open_ids if not _held(run_lock(location.home, run_id))]
    status = pl.when(pl.col("run_id").is_in(dead)).then(pl.lit(INTERRUPTED)).otherwise("status")
    return runs.with_columns(status.alias("status"))


def _held(path: Path) -> bool:
    """Whether somebody holds the lock; a run that has no lock file yet is only beginning."""
    if not path.exists():
        return True
    try:
        with FileLock(path, timeout=0):
            return False
    except (Timeout, OSError):
        return True

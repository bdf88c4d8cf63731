"""One process at a time works on a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from engine.errors import BadInput
from workbench.store.liveness import run_lock


class RunTaken(BadInput):
    """Another process works on the run."""


@contextmanager
def alone(home: Path, run: str) -> Iterator[None]:
    """Keep every other process from writing to this run; the lock ends with the process.

    Raises `RunTaken` where another process has it.
    """
    path = run_lock(home, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0):
            yield
    except Timeout:
        raise RunTaken(f"another process is working on {run}", hint="wait for its end") from None

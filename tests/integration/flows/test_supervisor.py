"""Services live and die together: real processes, small ones."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import WorkbenchError
from pipelines.flows.supervisor import Service, Supervisor

_STAY = "import time; print('here', flush=True); time.sleep(60)"
_PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {_STAY!r}])
print(child.pid, flush=True)
child.wait()
"""
Make = Callable[..., Service]


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs", stop_timeout_s=1.0) as supervisor:
        yield supervisor


@pytest.fixture
def make(supervisor: Supervisor) -> Make:
    """A started service of a Python script, ready when it has said `here`."""

    def begin(name: str, script: str) -> Service:
        ready = lambda: "here" in supervisor.log(name).read_text()  # noqa: E731
        service = Service(name, (sys.executable, "-c", script), ready)
        supervisor.start(service)
        return service

    return begin


def running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def ends(pid: int, limit_s: float = 10.0) -> bool:
    """Whether a process that was killed is gone before long: the kernel takes its time."""
    end = time.monotonic() + limit_s
    while running(pid) and time.monotonic() < end:
        time.sleep(0.01)  # a real process can only be polled
    return not running(pid)


def test_stopping_ends_children_of_children(supervisor: Supervisor, make: Make) -> None:
    """A service's whole process group ends, not its leader alone."""
    supervisor.wait(make("parent", _PARENT))
    grandchild = int(supervisor.log("parent").read_text().split()[0])
    assert running(grandchild)
    supervisor.stop()
    assert ends(grandchild)


def test_who_does_not_end_is_killed(supervisor: Supervisor, make: Make) -> None:
    """A service that ignores the request to end is gone all the same."""
    deaf = "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid())"
    supervisor.wait(make("deaf", f"{deaf}; {_STAY}"))
    pid = int(supervisor.log("deaf").read_text().split()[0])
    supervisor.stop()
    assert ends(pid)


def test_a_death_is_told_with_its_last_words(supervisor: Supervisor, make: Make) -> None:
    """The error names the service, its exit code and what it wrote last."""
    supervisor.wait(make("well", _STAY))
    make("ill", "import sys; print('no such port', flush=True); sys.exit(3)")
    with pytest.raises(WorkbenchError, match=r"ill ended with code 3(.|\n)*no such port"):
        supervisor.watch()


def test_a_death_ends_the_wait(supervisor: Supervisor, make: Make) -> None:
    """Nobody waits for an answer of a service that has ended."""
    with pytest.raises(WorkbenchError, match="ill ended with code 1"):
        supervisor.wait(make("ill", "import sys; sys.exit(1)"))


def test_a_wait_has_a_limit(supervisor: Supervisor, make: Make) -> None:
    """A service that never answers is named, with its log."""
    silent = make("silent", "import time; time.sleep(60)")
    with pytest.raises(WorkbenchError, match=r"silent does not answer after 0 s.*silent\.log"):
        supervisor.wait(silent, timeout_s=0)

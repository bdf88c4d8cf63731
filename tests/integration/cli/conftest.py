"""The command as a user runs it: a process of its own, with a store of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "workbench"
Run = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def _logs(fresh_logs: None) -> None:
    """A command that runs in this process would leave its logs to later tests."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the command keeps its store."""
    return tmp_path / "home"


@pytest.fixture
def workbench(home: Path, tmp_path: Path) -> Run:
    """Run the command to its end."""

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(COMMAND), "--home", str(home), *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, **env},
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def started(home: Path, tmp_path: Path) -> Iterator[Start]:
    """Start the command and leave it running; what still runs at the end is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(COMMAND), "--home", str(home), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


def wait_for(path: Path, process: subprocess.Popen[str], limit_s: float = 60.0) -> None:
    """Return when the process has made the file; fail when it ends before or takes too long."""
    end = time.monotonic() + limit_s
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"no {path} after {limit_s} s"
        time.sleep(0.02)  # a real process can only be polled

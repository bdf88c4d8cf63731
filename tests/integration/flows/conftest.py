"""`workbench up` as a user runs it, started once for all tests that want it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

COMMAND = str(Path(sys.executable).parent / "workbench")
_TIMEOUT_S = 240.0
"""Of one command: Prefect alone takes half a minute to start on a busy machine."""


class Up:
    """Everything served on free ports; the flow `maintain` is due every minute, no other is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ports = [f"--port-{name}=0" for name in ("prefect", "dashboards", "jupyter")]
        crons = [
            "--cron=maintain=* * * * *",
            "--cron=evaluate=",
            "--cron=replay=",
            "--cron=report=",
        ]
        self.process = subprocess.Popen(
            [COMMAND, "--home", "home", "up", *ports, *crons],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
        )
        self.urls = dict(re.findall(r"^(\w+) +(http\S+)$", self._said(), re.MULTILINE))
        self.children = list(_descendants(self.process.pid))

    def _said(self) -> str:
        """What it prints until everything answers."""
        lines = []
        for line in self.process.stdout or ():
            lines.append(line)
            if "Ctrl-C" in line:
                return "".join(lines)
        raise AssertionError("".join(lines))

    def command(self, *arguments: str) -> str:
        """What another command says, to which this Prefect is named."""
        return self.run(*arguments, PREFECT_API_URL=f"{self.urls['Prefect']}/api")

    def run(self, *arguments: str, **env: str) -> str:
        """What a command says that succeeds, over the same store."""
        done = subprocess.run(
            [COMMAND, "--home", "home", *arguments],
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            cwd=self.folder,
            timeout=_TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, what: str, **where: Any) -> list[dict[str, Any]]:
        """Prefect's objects of one kind that match."""
        found = httpx.post(f"{self.urls['Prefect']}/api/{what}/filter", json=where, timeout=30)
        return list(found.raise_for_status().json())

    def artifact(self, key: str) -> str:
        """The latest artifact of that key."""
        found = self.ask("artifacts", artifacts={"key": {"any_": [key]}}, sort="CREATED_DESC")
        return str(found[0]["data"])

    def stop(self) -> int:
        """End it as Ctrl-C does; gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=_TIMEOUT_S)
        if self.process.stdout:
            self.process.stdout.close()
        return code


@pytest.fixture(scope="package")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """It runs."""
    up = Up(tmp_path_factory.mktemp("up"))
    yield up
    up.stop()


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from _descendants(child)

"""Child processes that live and die together: started, waited for, watched, and all stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from engine.errors import WorkbenchError

START_TIMEOUT_S: Final = 180.0
"""How long a service may take until it answers: a first start on a busy machine is slow."""
STOP_TIMEOUT_S: Final = 10.0
"""How long a service may take to end by itself before it is killed."""
_POLL_S: Final = 0.25
_LAST_LINES: Final = 12
"""Lines of a dead service's log that are shown."""


@dataclass(frozen=True, slots=True)
class Service:
    """A process to keep running."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    """Whether it has begun to answer; asked until it has."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Beside what this process has."""
    end: signal.Signals = signal.SIGTERM
    """What asks it to end."""


class Supervisor:
    """Runs services, each a process group of its own with a log below `logs`.

    Leaving the context stops them all; none is restarted.
    """

    def __init__(self, logs: Path, *, stop_timeout_s: float = STOP_TIMEOUT_S) -> None:
        self._logs = logs
        self._stop_timeout_s = stop_timeout_s
        self._running: list[tuple[Service, subprocess.Popen[bytes]]] = []

    def start(self, service: Service) -> None:
        """Begin a service; its log is begun anew."""
        self._logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log(service.name).open("wb") as log:
            process = subprocess.Popen(
                service.command,
                env={**os.environ, **service.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append((service, process))

    def wait(self, *services: Service, timeout_s: float = START_TIMEOUT_S) -> None:
        """Return when all of them answer; raises `WorkbenchError` where one dies or is too slow."""
        end = time.monotonic() + timeout_s
        for service in services:
            while not service.ready():
                self.check()
                if time.monotonic() > end:
                    raise WorkbenchError(
                        f"{service.name} does not answer after {timeout_s:.0f} s",
                        hint=f"see {self.log(service.name)}",
                    )
                time.sleep(_POLL_S)

    def watch(self) -> None:
        """Stay until a service ends; then raises `WorkbenchError` with the last lines it wrote."""
        while True:
            self.check()
            time.sleep(_POLL_S)

    def check(self) -> None:
        """Raise `WorkbenchError` where a service has ended."""
        for service, process in self._running:
            if process.poll() is not None:
                name = service.name
                raise WorkbenchError(
                    f"{name} ended with code {process.returncode}; all others are stopped. Its "
                    f"last lines, from {self.log(name)}:\n{self._last_lines(name)}"
                )

    def stop(self) -> None:
        """End all, the last started first; kill those that take too long. None is left after it."""
        try:
            while self._running:
                self._end(*self._running[-1])
                self._running.pop()
        finally:  # also when interrupted while waiting
            for _, process in self._running:
                _signal(process, signal.SIGKILL)
                process.wait()
            self._running.clear()

    def log(self, name: str) -> Path:
        """Where a service's output goes."""
        return self._logs / f"{name}.log"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _end(self, service: Service, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + self._stop_timeout_s
        _signal(process, service.end)
        while process.poll() is None and time.monotonic() < end:
            time.sleep(_POLL_S)
        _signal(process, signal.SIGKILL)  # and what its leader has left behind
        process.wait()

    def _last_lines(self, name: str) -> str:
        lines = self.log(name).read_text(errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-_LAST_LINES:])

    def __repr__(self) -> str:
        return f"Supervisor({', '.join(service.name for service, _ in self._running)})"


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Reach every process of the group, also where its leader has ended already."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)

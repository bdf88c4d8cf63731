"""The process that forks trials, and a real tool server."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.integration.durable.trip import Trial

ROOT = Path(__file__).parents[3]
Lead = Callable[[Trial], dict[str, Any]]


@contextmanager
def running(module: str) -> Iterator[subprocess.Popen[str]]:
    """A module of this folder as a process, killed in the end."""
    command = [sys.executable, "-m", f"tests.integration.durable.{module}"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        yield process
        process.kill()


@pytest.fixture(scope="session")
def lead() -> Iterator[Lead]:
    """Leads a trial to its end."""
    with running("zygote") as process:

        def led(trial: Trial) -> dict[str, Any]:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(asdict(trial)) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            assert "error" not in answer, answer["error"]
            return answer

        yield led


@pytest.fixture(scope="session")
def tool_port() -> Iterator[int]:
    """Of a real HTTP server, which has the effects."""
    with running("effects") as process:
        assert process.stdout
        yield int(process.stdout.readline())


@pytest.fixture(params=["sqlite-sqlite", "sqlite-redis", "postgres-sqlite", "postgres-redis"])
def places(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where the journal and the keys lie."""
    journal, keys = request.param.split("-")
    urls = {"sqlite": "sqlite"}
    for name, fixture in (("postgres", "postgres_url"), ("redis", "redis_url")):
        if name in request.param:
            urls[name] = request.getfixturevalue(fixture)
    return {"journal": urls[journal], "keys": urls[keys]}

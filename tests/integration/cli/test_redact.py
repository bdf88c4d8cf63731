"""`workbench redact`, and what the logs of a whole process show."""

import json
import subprocess
import sys
from pathlib import Path

from tests.integration.cli.conftest import Run

TEXT = "écrire à ann@example.com\nkey sk-ant-api03-Zm9vYmFyYmF6cXV4 end\n"

# Each line of a library, a warning and an error that nobody awaited holds the address.
NOISY = """
import asyncio, gc, logging, warnings
from workbench.bootstrap.logs import configure_logs
from workbench.settings import Settings

configure_logs(Settings(log_format="json"))
logging.getLogger("httpx").warning("HTTP Request: GET https://h/?to=%s", "ann@example.com")
warnings.warn("ann@example.com", UserWarning)

async def fail():
    raise ValueError("ann@example.com")

async def main():
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    gc.collect()

asyncio.run(main())
"""


def test_a_text_is_masked(workbench: Run, tmp_path: Path) -> None:
    """The text is printed with each find replaced by its type, and nothing else changed."""
    (tmp_path / "mail.txt").write_text(TEXT, "utf-8")
    done = workbench("redact", "mail.txt")
    assert (done.returncode, done.stdout) == (0, "écrire à [EMAIL]\nkey [KEY] end\n")


def test_finds_are_listed_without_their_text(workbench: Run, tmp_path: Path) -> None:
    """--json gives type, characters, line and column of each."""
    (tmp_path / "mail.txt").write_text(TEXT, "utf-8")
    done = workbench("redact", "mail.txt", "--json")
    assert json.loads(done.stdout) == [
        {"start": 9, "end": 24, "type": "EMAIL", "line": 1, "column": 10},
        {"start": 29, "end": 58, "type": "KEY", "line": 2, "column": 5},
    ]


def test_what_cannot_be_read_is_named(workbench: Run, tmp_path: Path) -> None:
    """A file that is missing, or no UTF-8, is the caller's error."""
    (tmp_path / "latin.txt").write_bytes(b"\xe9")
    missing, latin = workbench("redact", "no.txt"), workbench("redact", "latin.txt")
    assert (missing.returncode, latin.returncode) == (2, 2)
    assert "no.txt: cannot be read" in missing.stderr
    assert "latin.txt: byte 0 is no UTF-8" in latin.stderr


def test_no_log_line_of_a_process_shows_an_address() -> None:
    """Lines of libraries, warnings and unawaited errors come as JSON with the address masked."""
    done = subprocess.run(
        [sys.executable, "-c", NOISY],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["logger"] for line in lines] == ["httpx", "py.warnings", "asyncio"]
    assert ["[EMAIL]" in line["event"] + line.get("exception", "") for line in lines] == [True] * 3
    assert "ann@" not in done.stderr

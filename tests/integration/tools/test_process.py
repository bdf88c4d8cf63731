"""Programs as tools: real ones, within limits."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.errors import (
    DeadlineExceeded,
    ToolBroke,
    ToolGarbled,
    ToolRefused,
    ToolUnavailable,
    ToolUnreachable,
)
from engine.tools.process import ProcessTool
from tests.integration.tools.conftest import soon

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}}
FAMILY = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(600)
"""


def script(text: str, *more: str, **about: Any) -> ProcessTool:
    """A Python program as a tool."""
    return ProcessTool("look", (sys.executable, "-c", text, *more), SCHEMA, **about)


def lives(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


async def test_arguments_come_as_elements_and_on_standard_input() -> None:
    """Nothing in them is read by a shell."""
    text = "import sys, json; print(sys.argv[1], json.load(sys.stdin)['city'])"
    hostile = "$(id); `id` | cat"
    assert await script(text, "{city}").call({"city": hostile}) == f"{hostile} {hostile}"


async def test_json_is_read_where_it_is_promised() -> None:
    """Anything else is an error then."""
    assert await script("print('[1, 2]')", answer="json").call({}) == [1, 2]
    with pytest.raises(ToolGarbled):
        await script("print('[1, 2')", answer="json").call({})


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("raise SystemExit('no such city')", ToolBroke, "ended with 1: no such city"),
        ("import sys; sys.exit(75)", ToolUnavailable, "ended with 75"),
        ("import os; os.kill(os.getpid(), 11)", ToolBroke, "was killed by SIGSEGV"),
        ("print('x' * 10000)", ToolGarbled, "wrote more than 5000 bytes"),
        ("x = bytearray(10**9)", ToolBroke, "MemoryError"),
        ("while True: pass", ToolBroke, "was killed by SIG"),
    ],
)
async def test_an_end_is_told_by_its_kind(text: str, kind: type[Exception], said: str) -> None:
    """Exit code, signal, output, memory and processor time."""
    tool = script(text, max_bytes=5000, memory_bytes=500_000_000, cpu_s=1)
    with pytest.raises(kind, match=said):
        await tool.call({})


async def test_all_of_its_group_is_killed_at_the_limit(tmp_path: Path) -> None:
    """The child of a program that hangs does not outlive the call."""
    file = tmp_path / "child"
    with pytest.raises(DeadlineExceeded):
        await script(FAMILY, str(file)).call({}, limit_s=3)
    child = int(file.read_text())
    await soon(lambda: not lives(child))


async def test_it_knows_nothing_of_our_environment() -> None:
    """But what it is given."""
    os.environ.setdefault("LANG", "C.UTF-8")
    text = "import os; print(sorted(set(os.environ) - {'PATH', 'LANG', 'LC_CTYPE'}))"
    assert await script(text, env={"REGION": "eu"}).call({}) == "['REGION']"


async def test_a_value_is_not_taken_for_an_option() -> None:
    """Unless a lone `--` comes before it."""
    text = "import sys; print(sys.argv[1:])"
    with pytest.raises(ToolRefused, match="begins with a dash"):
        await script(text, "{city}").call({"city": "--delete"})
    assert await script(text, "--", "{city}").call({"city": "--x"}) == "['--', '--x']"


async def test_a_program_that_is_not_there_was_not_started() -> None:
    """The call has done nothing."""
    with pytest.raises(ToolUnreachable, match="No such file") as caught:
        await ProcessTool("look", ("/no/such/program",), SCHEMA).call({})
    assert caught.value.no_effect

"""`workbench tools` as an operator uses it."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.tool_world import fill_tools
from tests.integration.cli.conftest import Run
from workbench.settings import Settings
from workbench.store import Store

Json = Callable[..., Any]


@pytest.fixture
def shop(home: Path) -> None:
    """A home in which tools were called, and sagas led on."""
    asyncio.run(fill_tools(Settings(home=home)))


@pytest.fixture
def said(workbench: Run) -> Json:
    """What a command says as JSON."""

    def run(*arguments: str) -> object:
        done = workbench("tools", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_where_nothing_was_called_it_says_so(workbench: Run, home: Path) -> None:
    """The list is empty, any name unknown, and no file is made."""
    listed = workbench("tools", "list")
    assert (listed.returncode, len(listed.stdout.splitlines())) == (0, 1)
    assert workbench("tools", "show", "pay").returncode == 2
    assert not home.exists()


@pytest.mark.usefixtures("shop")
def test_a_tool_is_tripped_and_reset(home: Path, said: Json) -> None:
    """Seen in the list, and in the audits with its reason."""
    trip = said("trip", "shop/refund", "--reason", "the bank is down")
    listed = {row["tool"]: row["breaker"] for row in said("list")}
    reset = said("reset", "shop/refund")
    with Store.open(Settings(home=home)) as store:
        audits = store.sql("SELECT action, subject FROM audits ORDER BY acted_at").rows()
    assert (trip["breaker"], listed["shop/refund"]) == ("forced_open", "forced_open")
    assert reset["breaker"] == "closed"
    assert audits == [("trip", "shop/refund"), ("reset", "shop/refund")]


@pytest.mark.usefixtures("shop")
def test_what_waits_is_found_and_resolved(workbench: Run, said: Json) -> None:
    """A saga by its id, a call by its number; a second word is refused with 2."""
    number = said("journal", "--in-doubt", "--tool", "refund", "--limit", "1")[0]["entry_id"]
    call = said("resolve", str(number), "--as", "done", "--reason", "seen", "--result", '"r-1"')
    saga = said("resolve", "trip-of-c", "--as", "failed", "--reason", "we pay")
    again = workbench("tools", "resolve", str(number), "--as", "done", "--reason", "seen")
    assert (call["state"], saga["state"]) == ("done", "compensating")
    assert (again.returncode, "nothing waits" in again.stderr) == (2, True)


BAD = [("trip", "shop/odd"), ("resolve", "1", "--as", "maybe", "--reason", "x")]
MORE = [
    ("journal", "--state", "odd"),
    ("sagas", "--state", "odd"),
    ("resolve", "1", "--as", "done", "--reason", " "),
    ("resolve", "1", "--as", "done", "--reason", "x", "--result", "{"),
]


@pytest.mark.parametrize(
    "arguments",
    [*BAD, *(pytest.param(bad, marks=pytest.mark.full) for bad in MORE)],
    ids=" ".join,
)
@pytest.mark.usefixtures("shop")
def test_bad_input_ends_with_two(workbench: Run, arguments: tuple[str, ...]) -> None:
    """And says what it was, without a traceback."""
    done = workbench("tools", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error:")


@pytest.mark.parametrize("name", ["REDIS", pytest.param("POSTGRES", marks=pytest.mark.full)])
def test_a_server_that_is_not_there_is_said(workbench: Run, name: str) -> None:
    """As any trouble with the store, and without the password."""
    scheme = {"REDIS": "redis", "POSTGRES": "postgresql"}[name]
    env = {
        "WORKBENCH_POSTGRES_URL": "postgresql://u:hunter2@127.0.0.1:1/db",
        f"WORKBENCH_{name}_URL": f"{scheme}://u:hunter2@127.0.0.1:1/0",
    }
    done = workbench("tools", "list", **env)
    assert done.returncode == 1
    assert "is the" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr

"""`workbench tools` as an operator uses it."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.tool_world import fill_tools
from tests.integration.cli.conftest import Run
from workbench.settings import Settings

Json = Callable[..., object]


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
    """Lists are empty, names are unknown, and no file is made."""
    for command in ("list", "journal", "sagas"):
        done = workbench("tools", command)
        assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert workbench("tools", "show", "pay").returncode == 2
    assert "none yet" in workbench("tools", "saga", "x").stderr or not home.exists()


@pytest.mark.usefixtures("shop")
def test_a_tool_is_tripped_and_reset(workbench: Run, said: Json) -> None:
    """Seen in the list, and in the audits with its reason."""
    trip = said("trip", "shop/refund", "--reason", "the bank is down")
    listed = {row["tool"]: row["breaker"] for row in said("list")}
    reset = said("reset", "shop/refund")
    sql = "SELECT subject, action FROM audits ORDER BY acted_at"
    audits = json.loads(workbench("sql", sql, "--json").stdout)
    assert (trip["breaker"], listed["shop/refund"]) == ("forced_open", "forced_open")
    assert reset["breaker"] == said("show", "shop/refund")["breaker"] == "closed"
    assert [row["action"] for row in audits] == ["trip", "reset"]


@pytest.mark.usefixtures("shop")
def test_what_waits_is_found_and_resolved(workbench: Run, said: Json) -> None:
    """A saga by its id, a call by its number; a second word is refused with 2."""
    number = said("journal", "--in-doubt", "--tool", "refund", "--limit", "1")[0]["entry_id"]
    call = said("resolve", str(number), "--as", "done", "--reason", "seen", "--result", '"r-1"')
    saga = said("resolve", "trip-of-c", "--as", "failed", "--reason", "we pay")
    again = workbench("tools", "resolve", str(number), "--as", "done", "--reason", "seen")
    assert (call["state"], saga["state"]) == ("done", "compensating")
    assert [step["state"] for step in said("saga", "trip-of-cid")["steps"]][1] == "given_up"
    assert (again.returncode, "nothing waits" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("trip", "shop/odd"),
        ("journal", "--state", "odd"),
        ("sagas", "--state", "odd"),
        ("resolve", "1", "--as", "maybe", "--reason", "x"),
        ("resolve", "1", "--as", "done", "--reason", " "),
        ("resolve", "1", "--as", "done", "--reason", "x", "--result", "{"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("shop")
def test_bad_input_ends_with_two(workbench: Run, arguments: tuple[str, ...]) -> None:
    """And says what it was, without a traceback."""
    done = workbench("tools", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error:")


@pytest.mark.parametrize("name", ["REDIS", "POSTGRES"])
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

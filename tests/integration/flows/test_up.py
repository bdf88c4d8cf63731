"""Everything served at once by real servers: one start, and these tests in their order."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from workbench.settings import Settings
from workbench.store import Store

_CRON_S = 150.0
"""A minute until it is due, and what Prefect and a busy machine take to begin."""


def test_every_address_that_is_printed_answers(up: Any) -> None:
    """With the token in it, each page opens."""
    codes = {
        name: httpx.get(url, follow_redirects=True, timeout=30).status_code
        for name, url in up.urls.items()
    }
    assert codes == {"Dashboards": 200, "Metrics": 200, "Prefect": 200, "JupyterLab": 200}


@pytest.mark.parametrize(("name", "path"), [("Dashboards", "/"), ("JupyterLab", "/api/kernels")])
def test_nobody_gets_in_without_the_token(up: Any, name: str, path: str) -> None:
    """Pages and kernels are refused to who does not know the token."""
    assert httpx.get(str(httpx.URL(up.urls[name]).join(path)), timeout=30).status_code == 403


def test_a_flow_run_by_hand_shows_its_scores(up: Any) -> None:
    """The runs are in the store, their table and links in Prefect, a task for each of them."""
    agents = 'agents=["echo", "constant"]'
    up.command("flows", "run", "evaluate", "--param", agents, "--param", "limit=2")
    with Store.open(Settings(home=up.folder / "home")) as store:
        runs = store.runs()["run_id"].to_list()
    table = up.artifact("scores")
    tasks = {task["name"] for task in up.ask("task_runs")}
    assert "95 % interval" in table
    assert all(f"/run?id={run})" in table for run in runs)
    assert {"echo", "constant"} < tasks


def test_a_report_by_hand_is_a_page(up: Any) -> None:
    """The page lies where the flow says, and Prefect shows where that is."""
    page = up.command("flows", "run", "report", "--param", "out=pages").strip()
    assert Path(page).parent == up.folder / "pages"
    assert Path(page).is_file()
    assert page in up.artifact("report")


def test_a_flow_comes_when_it_is_due(up: Any) -> None:
    """Nobody starts it: the schedule does, it completes, and says what it did."""
    due = {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}}
    scheduled = {"tags": {"all_": ["auto-scheduled"]}}
    end = time.monotonic() + _CRON_S
    while not (found := up.ask("flow_runs", flow_runs={**due, **scheduled})):
        assert time.monotonic() < end, (up.folder / "home/logs/flows.log").read_text()
        time.sleep(1)
    assert found[0]["state_type"] == "COMPLETED", found[0]["state"]["message"]
    assert "rows moved" in up.artifact("maintenance")


def test_the_end_leaves_nothing_behind(up: Any) -> None:
    """Ctrl-C ends every process that it started, and is no failure."""
    assert up.stop() == 0
    assert [pid for pid in up.children if Path(f"/proc/{pid}").exists()] == []


def test_a_flow_needs_no_server(up: Any) -> None:
    """Without one, Prefect brings a server of its own for as long as the flow runs."""
    up.stop()
    assert "done" in up.run("flows", "run", "maintain")

"""What the flows do, without Prefect."""

from pathlib import Path

import pytest

from pipelines.flows import steps
from workbench.bootstrap import Request
from workbench.settings import Settings
from workbench.store import Store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, dashboards_url="http://127.0.0.1:9")


def test_a_request_has_a_part_for_each_run() -> None:
    """Each model with each agent; an agent without a model once."""
    request = Request("helpdesk", models=("small", "large"), agents=("default", "echo"))
    labels = [steps.label(part) for part in steps.parts(request)]
    assert labels == ["default small", "echo", "default large"]


def test_scoring_records_a_run_and_shows_it(settings: Settings) -> None:
    """A part becomes a run in the store, and a row of the page with a link."""
    (run,) = steps.score(settings, Request("helpdesk", agents=("echo",), limit=2))
    with Store.open(settings) as store:
        assert store.runs()["run_id"].to_list() == [run]
    page = steps.score_page(settings, [run])
    assert f"http://127.0.0.1:9/run?id={run}" in page


def test_maintenance_keeps_what_is_recorded(settings: Settings) -> None:
    """The same episodes are there after it."""
    (run,) = steps.score(settings, Request("helpdesk", agents=("echo",), limit=2))
    steps.maintain(settings)
    with Store.open(settings) as store:
        assert store.episodes(run).height == 2

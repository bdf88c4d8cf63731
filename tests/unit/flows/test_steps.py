"""What the flows do, without Prefect."""

from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.replay import Mode
from pipelines.flows import steps
from pipelines.flows.markdown import replay_markdown
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


SCRIPT = '["{}", {"tool_calls": [{"name": "search", "arguments": {"query": "tents"}}]}]'


def test_a_replay_counts_what_it_led_through(settings: Settings) -> None:
    """Episodes of a scripted model replay whole, and the page says so."""
    (settings.home / "script.json").write_text(SCRIPT)
    model = f"scripted:{settings.home / 'script.json'}"
    (run,) = steps.score(settings, Request("helpdesk", models=(model,), limit=3))
    report = steps.replay(settings, [run], None, Mode.STRICT)
    assert (len(report.replayed), report.diverged) == (3, [])
    assert f"| {run} | 3 |" in replay_markdown(report, settings.dashboards_url)


def test_a_replay_of_what_cannot_be_replayed_is_refused(settings: Settings) -> None:
    """A baseline asks no model: there is nothing to replay."""
    (run,) = steps.score(settings, Request("helpdesk", agents=("echo",), limit=2))
    with pytest.raises(BadInput, match="no exchanges with a model; nor can 1 others"):
        steps.replay(settings, [run], None, Mode.STRICT)

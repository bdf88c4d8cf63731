"""Tables for people: HTML in notebooks, Markdown in Prefect's pages."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from engine.replay import Difference, Divergence, Mode, Replayed
from pipelines.flows.frames import MOST_ROWS, html_table, text_of
from pipelines.flows.markdown import (
    maintenance_markdown,
    replay_markdown,
    report_markdown,
    scores_markdown,
)
from workbench.bootstrap.replaying import ReplayReport
from workbench.bootstrap.results import SCOREBOARD
from workbench.store.maintain import MaintenanceReport


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),  # noqa: RUF001
        ([], "–"),  # noqa: RUF001
        (float("nan"), "–"),  # noqa: RUF001
        (12345, "12,345"),
        (0.56666, "0.5667"),
        (True, "True"),
        (["a", "b"], "a, b"),
        (datetime(2026, 1, 2, 3, 4, 5, 678), "2026-01-02 03:04:05"),  # noqa: DTZ001
    ],
)
def test_values_are_written_for_people(value: object, text: str) -> None:
    """Dashes for what is not there, few digits, separators, seconds."""
    assert text_of(value) == text


def test_what_a_model_said_is_not_markup() -> None:
    """Text in a table is escaped."""
    table = html_table(pl.DataFrame({"said": ["<script>alert(1)</script>"]}))
    assert "<script>" not in table
    assert "&lt;script&gt;" in table


def test_a_long_table_says_how_much_is_left_out() -> None:
    """Rows beyond the limit are counted, not shown."""
    table = html_table(pl.DataFrame({"n": range(MOST_ROWS + 5)}))
    assert table.count("<tr>") == MOST_ROWS + 1
    assert "and 5 further rows" in table


def test_the_score_table_links_each_run_once() -> None:
    """Intervals stand in it, and one link a run to its page."""
    row = {"run_id": "run-1", "agent": "a|b", "model": "", "family": "all", "passed": 0.5}
    rows = [row | {"low": 0.3, "high": 0.7}, row | {"family": "x"}]
    page = scores_markdown(pl.DataFrame(rows, schema=SCOREBOARD), "http://127.0.0.1:1/")
    assert page.count("](http://127.0.0.1:1/run?id=run-1)") == 1
    assert "| a\\|b |" in page
    assert "| 50.0 % | 30 to 70 % |" in page


def test_maintenance_and_report_say_what_was_done(tmp_path: Path) -> None:
    """Every figure of the maintenance, and the path of the report."""
    done = MaintenanceReport(1200, 9, 2, 5000, 4000, 7, 3, 0.25)
    assert "| rows moved | 1,200 |" in maintenance_markdown(done)
    assert str(tmp_path / "r.html") in report_markdown(tmp_path / "r.html")


def test_a_divergence_is_shown_as_code() -> None:
    """The page links the episode and shows the difference to the letter."""
    found = Divergence(
        step=3, kind=Difference.PROMPT_CHANGED, recorded="a", now="b", shown="-```\n+*b*"
    )
    done = Replayed(
        run_id="run-1",
        episode_id="ep-1",
        task_id="t",
        mode=Mode.STRICT,
        steps=3,
        divergence=found,
    )
    page = replay_markdown(ReplayReport(Mode.STRICT, [done]), "http://desk/")
    assert "[ep-1](http://desk/episode?id=ep-1) step 3: prompt changed" in page
    assert page.endswith("\n    -```\n    +*b*")

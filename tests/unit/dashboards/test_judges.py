"""What pages say of judges and of scores that are made of parts."""

import json

import polars as pl

from workbench.bootstrap.standing import JUDGES
from workbench.dashboards.views.episode import draw_verdicts
from workbench.dashboards.views.run import draw_judges

ROW = {"scorer": "tone", "judge": "small", "standing": "informs", "why": "labels <5>", "calls": 3}


def test_a_judge_is_shown_with_its_standing() -> None:
    """Whether it gates or informs, and why, as text and not as markup."""
    html = draw_judges(pl.DataFrame([ROW], schema=JUDGES))
    assert "status informs" in html
    assert "labels &lt;5&gt;" in html


def test_a_run_without_judges_has_no_such_card() -> None:
    """Nothing is said where nobody was asked."""
    assert draw_judges(pl.DataFrame(schema=JUDGES)) == ""


def test_the_parts_of_a_score_are_shown_and_what_was_left_out() -> None:
    """Each part has its word, and whether it counts; of scores given twice the last is shown."""
    part = {"name": "right", "weight": 2.0, "must_pass": True, "value": None, "passed": None}
    details = json.dumps({"parts": [{**part, "reason": "", "counts": False}]})
    score = {"scorer": "whole", "value": 1.0, "passed": True, "reason": "", "advisory": False}
    rows = [{**score, "details": details}, {**score, "reason": "before", "details": "{}"}]
    html = draw_verdicts(pl.DataFrame(rows))
    assert "right, weight 2, must pass" in html
    assert "left out" in html
    assert "before" not in html

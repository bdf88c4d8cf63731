"""Calls of a tool that fails."""

import polars as pl
import pytest

from tests.unit.figures.drawn import data, says_nothing_yet
from workbench.figures import cost_of_outage, endings_by_fault

ENDINGS = pl.DataFrame(
    [
        ("hanging", "read_only", "deadline_exceeded", 3, 3, 1.5),
        ("hanging", "destructive", "effect_unknown", 1, 1, 0.5),
        ("well", "destructive", "ok", 1, 1, 0.0),
    ],
    schema=["fault", "effect", "code", "requests", "effects", "seconds"],
    orient="row",
)
OUTAGE = pl.DataFrame(
    [(1, "breaker", 100.0, "deadline_exceeded"), (1, "none", 100.0, "deadline_exceeded")],
    schema=["call", "guard", "ms", "code"],
    orient="row",
)


def test_each_field_says_what_it_cost() -> None:
    """Requests and seconds; answers come first, errors last."""
    paper = endings_by_fault(ENDINGS)
    assert data(paper, 0)["cost"] == ["1x, 0.0 s"]
    assert data(paper, 6)["cost"] == ["3x, 1.5 s"]


def test_each_guard_has_its_line() -> None:
    """With the time of each call."""
    assert data(cost_of_outage(OUTAGE), 1)["ms"] == [100.0]


@pytest.mark.parametrize(("draw", "table"), [(endings_by_fault, ENDINGS), (cost_of_outage, OUTAGE)])
def test_without_calls_they_say_so(draw, table) -> None:
    """Nothing yet."""
    assert says_nothing_yet(draw(table.clear()))

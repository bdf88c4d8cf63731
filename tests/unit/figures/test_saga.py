"""The picture of a saga."""

import polars as pl

from tests.unit.store.test_saga_table import SAGA
from workbench.figures.saga import saga_steps
from workbench.store.saga_table import STEPS, step_table


def boxes(steps: pl.DataFrame) -> dict[str, str]:
    """What is written in each box, and its state."""
    data = saga_steps(steps).renderers[-1].data_source.data
    return dict(zip(data["said"], data["state"], strict=True))


def test_steps_and_what_undoes_them_have_a_box_each() -> None:
    """A step whose compensation waits is done; what was not undone says so."""
    drawn = boxes(step_table(SAGA))
    assert drawn == {
        "hotel\ndone": "done",
        "flight\ndone": "done",
        "car\nfailed": "failed",
        "undo hotel": "not undone",
        "undo flight\nparked": "parked",
        "undo car": "not undone",
    }


def test_a_step_that_nothing_undoes_has_one_box() -> None:
    """Nothing stands below it."""
    steps = step_table(SAGA).with_columns(compensable=pl.lit(value=False))
    assert not [said for said in boxes(steps) if said.startswith("undo")]


def test_no_steps_are_said_to_be_none() -> None:
    """A figure without data says so."""
    empty = pl.DataFrame([], schema=STEPS)
    assert saga_steps(empty).renderers[0].data_source.data["text"] == ["nothing yet"]

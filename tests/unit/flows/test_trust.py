"""The notebook about judges: a stand-in that reads nothing is found out."""

from pathlib import Path

import polars as pl
import pytest

from engine.contracts import Calibration
from engine.errors import NotFound
from pipelines.flows import judged, trust


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    return judged.calibration(tmp_path_factory.mktemp("home"), None, None)


def test_counting_letters_does_not_gate(found: Calibration) -> None:
    """The stand-in is no better than a coin, and is told so by the thresholds' names."""
    assert not found.valid
    assert "min_kappa_low" in trust.conclusion(found)


def test_its_taste_for_length_is_told(found: Calibration) -> None:
    """What passes long answers favours longer ones."""
    assert "favours **longer** answers" in trust.biases(found)


def test_baselines_stand_beside_it(found: Calibration) -> None:
    """The table ends with what needs no judge."""
    figures = trust.agreement(found)["figure"].to_list()
    assert figures[-3:] == ["baseline: majority", "baseline: random", "baseline: length"]


def test_labels_are_right_by_construction(found: Calibration) -> None:
    """Half of them pass: a task's own target, and another one's."""
    table = trust.confusion(found)
    answers = table.group_by("people say").agg(pl.col("answers").sum())["answers"].to_list()
    assert answers == [34, 34]


def test_an_unknown_calibration_is_said_to_be_unknown(tmp_path: Path) -> None:
    """A name that no calibration has is not replaced by another."""
    with pytest.raises(NotFound, match="no calibration"):
        judged.calibration(tmp_path, "cal-none", None)

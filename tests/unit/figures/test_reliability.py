"""The reliability diagram of a judge."""

from tests.unit.figures.drawn import data, kinds, says
from workbench.figures import reliability_diagram

BINS = [
    {"count": 9, "confidence": 0.6, "accuracy": 0.5, "low": 0.2, "high": 0.8},
    {"count": 36, "confidence": 0.9, "accuracy": 0.7, "low": 0.5, "high": 0.8},
]


def test_each_bin_is_a_point_as_large_as_it_counts() -> None:
    """Accuracy stands over confidence, beside the line on which confidence is kept."""
    paper = reliability_diagram({"bins": BINS})
    drawn = data(paper, 2)
    assert (drawn["confidence"], drawn["accuracy"]) == ([0.6, 0.9], [0.5, 0.7])
    assert drawn["size"] == [15.0, 22.0]
    assert kinds(paper) == ["Line", "Line", "Scatter"]


def test_no_judgement_is_no_diagram() -> None:
    """It says that there is nothing to show."""
    assert says(reliability_diagram({"bins": []})) == ["no judgement yet"]

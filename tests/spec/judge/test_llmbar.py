"""The published runs of LLMBar's judges, reckoned anew by the calibration."""

from pathlib import Path

import pytest

from engine.evals.calibrating import Labelled, figures
from pipelines.bench.judges.llmbar import JudgeRun, read_pairs

pytestmark = pytest.mark.data("llmbar")


def labelled(run: JudgeRun, labels: tuple[str, ...]) -> list[Labelled]:
    """Every pair with the winner that both orders name."""
    return [
        Labelled(
            item=str(at),
            task=str(at),
            truth=label,
            said=one if one is not None and one == other else "tie",
            confidence=1.0,
            length=0.0,
            consistent=one == other,
            first_shown=((one == "1") + (other == "2")) / 2,
        )
        for at, ((one, other), label) in enumerate(zip(run.winners, labels, strict=True))
    ]


def share(published: str) -> float:
    """The percentage that ends a text such as `74 / 100 = 74.0%`."""
    return float(published.rpartition("= ")[2].rstrip("%")) / 100


@pytest.mark.parametrize("part", ["natural", "neighbor"])
@pytest.mark.parametrize("each", [8, pytest.param(1, marks=pytest.mark.full)])
def test_accuracy_and_consistency_are_the_published_ones(
    data_home: Path, part: str, each: int
) -> None:
    """With inconsistent pairs as ties, one half right, the mean over both orders comes out."""
    pairs = read_pairs(data_home / "llmbar", part)
    whole = [run for run in pairs.runs if all(None not in both for both in run.winners)]
    for run in whole[::each]:
        found = figures(labelled(run, pairs.labels), kind="pair", resamples=2)
        assert found.accuracy.value == pytest.approx(share(run.published["correct_average"]))
        assert found.inconsistent == pytest.approx(1 - share(run.published["equal"]))
    assert len(whole) > 30

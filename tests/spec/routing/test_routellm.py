"""RouteLLM's recorded answers give the figures that are known of them."""

import pytest

from pipelines.bench.router.on_routellm import PLANS
from pipelines.bench.router.routellm import STRONG, WEAK, read_set
from pipelines.bench.router.trials import areas, gain, run

KNOWN = [
    # set, rows, shares right of the weak, the strong and either model
    ("gsm8k", 1307, [0.6373, 0.8577, 0.9296]),
    pytest.param("mmlu", 14_037, [0.6809, 0.8059, 0.8587], marks=pytest.mark.full),
]


@pytest.mark.data("routellm")
@pytest.mark.parametrize(("name", "rows", "right"), KNOWN)
def test_known_figures(data_home, name, rows, right):
    """Without contaminated prompts, and nothing of a row is a feature but its prompt."""
    found = read_set(data_home / "routellm", name, None)
    one, two = found.right(WEAK), found.right(STRONG)
    assert len(found.data) == rows
    shares = [one.mean(), two.mean(), (one + two > 0).mean()]
    assert shares == pytest.approx(right, abs=1e-4)


@pytest.mark.data("routellm")
def test_a_classifier_beats_chance(data_home):
    """On rows that it has not seen, with its probabilities near the shares that were right."""
    found = read_set(data_home / "routellm", "gsm8k", None)
    trial = run(found, PLANS["gsm8k"].labels, 0)
    assert gain(found, [trial], "router", "random")[1] > 0.02
    assert areas(found, [trial], "router")[0] > 0.57
    assert trial.ece < 0.08

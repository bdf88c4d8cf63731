"""How far a router closes the gap between two models."""

import gzip
import json

import numpy as np
import pytest

from engine.errors import BadInput, NotFound
from pipelines.bench.result import Options
from pipelines.bench.router import measure
from pipelines.bench.router.curve import apgr, cpt, pgr
from pipelines.bench.router.routellm import STRONG, WEAK, read_set
from pipelines.bench.router.trials import Trial, gain
from pipelines.bench.targets import TARGETS

WEAK_RIGHT = np.tile([0.0, 1.0], 50)
STRONG_RIGHT = np.ones(100)


def test_a_router_that_knows_closes_the_gap_at_half():
    """Where half of the prompts need the strong model, half of the calls recover all of it."""
    scores = STRONG_RIGHT - WEAK_RIGHT
    assert pgr(scores, WEAK_RIGHT, STRONG_RIGHT)[5] == 1.0
    assert cpt(scores, WEAK_RIGHT, STRONG_RIGHT, 0.5) == pytest.approx(0.25)
    assert apgr(scores, WEAK_RIGHT, STRONG_RIGHT) == pytest.approx(0.75)


def test_no_order_recovers_as_much_as_it_spends():
    """The diagonal: 0.5 under the curve, half of the gap for half of the calls."""
    scores = -np.arange(100.0)
    assert apgr(scores, WEAK_RIGHT, STRONG_RIGHT) == pytest.approx(0.5)
    assert cpt(scores, WEAK_RIGHT, STRONG_RIGHT, 0.8) == pytest.approx(0.8)


def written(home, rows, listed):
    with gzip.open(home / "mmlu.jsonl.gz", "wt") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
    lines = [{"eval_prompt": prompt, "train_prompt": "x"} for prompt in listed]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (home / "contaminated_mmlu.jsonl").write_text(text)


def test_contaminated_prompts_are_left_out(tmp_path):
    """And the file's subject is not read: the rows of two subjects are alike."""
    row = {"weak_ok": False, "strong_ok": True}
    rows = [{**row, "prompt": p, "domain": d} for p, d in (("a", "x"), ("b", "x"), ("a b", "y"))]
    written(tmp_path, rows, ["b"])
    found = read_set(tmp_path, "mmlu", None)
    assert (found.prompts, found.left_out) == (("a", "a b"), 1)
    assert (found.right(WEAK).sum(), found.right(STRONG).sum()) == (0, 2)


def test_a_damaged_set_is_refused(tmp_path):
    """And one that is not there is not found."""
    with pytest.raises(NotFound, match="no such file"):
        read_set(tmp_path, "mmlu", None)
    written(tmp_path, [{"prompt": "a"}], [])
    with pytest.raises(BadInput, match="is damaged"):
        read_set(tmp_path, "mmlu", None)


def test_the_gain_of_a_router_over_itself_is_none(tmp_path):
    """Paired: what both have in common is no part of the interval."""
    rng = np.random.default_rng(0)
    marks = rng.random((60, 2)) < 0.5
    rows = [
        {"prompt": f"{at}", "weak_ok": bool(weak), "strong_ok": bool(strong or at % 2)}
        for at, (weak, strong) in enumerate(marks)
    ]
    written(tmp_path, rows, [])
    found = read_set(tmp_path, "mmlu", None)
    scores = {"router": rng.random(60), "random": rng.random(60)}
    trial = Trial(np.arange(60), scores, 0.0, fit=None)
    assert gain(found, [trial], "router", "router") == (0.0, 0.0, 0.0)
    mean, low, high = gain(found, [trial], "router", "random")
    assert low < mean < high


@pytest.mark.full
def test_without_data_every_row_is_there():
    """Null, with a note that says what is missing."""
    found = {result.metric: result for result in measure(Options())}
    assert set(TARGETS["router"]) <= set(found)
    assert "needs routellm" in found["mmlu_apgr"].note

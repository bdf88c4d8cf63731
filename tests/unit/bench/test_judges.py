"""Recorded judges against their labels."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.errors import BadInput
from pipelines.bench.judges import measure
from pipelines.bench.judges.llmbar import JudgeRun, PairSet, read_pairs
from pipelines.bench.judges.on_jury import on_neighbor
from pipelines.bench.judges.published import is_equal, label_kappa, statistics
from pipelines.bench.result import Options

LABELS = ("1", "2", "2", "1")
RUN = JudgeRun("m/plain", (("1", "1"), ("2", "1"), ("2", "2"), (None, "2")), {})


def write(home: Path, labels: list[int], winners: list[Any]) -> None:
    """A set of one judge below `home`."""
    folder = home / "Natural" / "evaluators" / "m" / "plain"
    folder.mkdir(parents=True)
    pairs = [{"label": label} for label in labels]
    rows = [
        {
            "index": n,
            "label": labels[0],
            "swap = False": {"winner": w},
            "swap = True": {"winner": w},
        }
        for n, w in enumerate(winners)
    ]
    (home / "Natural" / "dataset.json").write_bytes(orjson.dumps(pairs))
    (folder / "verdicts.json").write_bytes(orjson.dumps(rows))
    (folder / "statistics.json").write_text("{}")


def test_orders_that_disagree_are_a_tie() -> None:
    """One order without a verdict leaves half the other."""
    assert RUN.votes == [1, 0, -1, -0.5]


def test_counts_are_published_as_text() -> None:
    """Right in each order, in both, and equal in both."""
    found = statistics(RUN, LABELS)
    assert found["correct_False"] == "3 / 4 = 75.0%"
    assert found["correct_True"] == "2 / 4 = 50.0%"
    assert (found["correct_average"], found["correct_both"]) == ("62.5%", "2 / 4 = 50.0%")
    assert found["equal"] == "2 / 4 = 50.0%"


def test_the_meant_kappa_of_a_perfect_judge_is_1() -> None:
    """The published one is not, for it never knows a verdict for the second answer."""
    run = JudgeRun("m/sound", tuple((label, label) for label in LABELS), {})
    assert label_kappa(run, LABELS) == 1.0
    assert statistics(run, LABELS)["kappa_average"] < 1.0


@pytest.mark.parametrize(
    ("name", "value", "equal"),
    [
        ("kappa_True", 1e-14, True),
        ("kappa_True", 1e-9, False),
        ("equal", "3 / 4 = 75.0%", False),
        ("more", 1.0, False),
    ],
)
def test_equality_is_to_the_letter(name: str, value: Any, *, equal: bool) -> None:
    """Rounding of a kappa alone is allowed."""
    ours = statistics(RUN, LABELS)
    moved = ours.get(name, 0.0) + value if isinstance(value, float) else value
    assert is_equal(ours, ours | {name: moved}) is equal


def test_damaged_verdicts_are_named(tmp_path: Path) -> None:
    """File and pair."""
    write(tmp_path, [1, 1], ["1", "3"])
    with pytest.raises(BadInput, match=r"verdicts.json: pair 1: a winner is 1, 2 or null"):
        read_pairs(tmp_path, "natural")


def test_labels_that_disagree_are_named(tmp_path: Path) -> None:
    """Verdicts of other pairs are not taken for these."""
    write(tmp_path, [1, 2], ["1", "2"])
    with pytest.raises(BadInput, match=r"verdicts.json: its labels are not those"):
        read_pairs(tmp_path, "natural")


def test_without_data_each_metric_says_so(tmp_path: Path) -> None:
    """Null with what is missing."""
    for options in (Options(), Options(data=tmp_path)):
        results = measure(options)
        assert {result.value for result in results} == {None}
        assert all(result.note for result in results)


def misled(pairs: int) -> PairSet:
    """Two of three judges are wrong on every pair."""
    labels = tuple("12"[n % 2] for n in range(pairs))
    other = {"1": "2", "2": "1"}
    wrong = tuple((other[label],) * 2 for label in labels)
    right = tuple((label,) * 2 for label in labels)
    runs = [JudgeRun(name, won, {}) for name, won in zip("abc", (wrong, wrong, right), strict=True)]
    return PairSet(labels, tuple(runs))


def test_a_majority_below_chance_is_said_to_be() -> None:
    """Where most judges are misled the note says so; the jury that knows labels is not."""
    found = {result.metric: result for result in on_neighbor(misled(20), misled(10))}
    assert found["accuracy_neighbor@majority"].value == 0
    assert "below chance" in found["accuracy_neighbor@majority"].note
    assert found["accuracy_neighbor"].value == 1
    assert "below chance" not in found["accuracy_neighbor"].note


@pytest.mark.data("llmbar")
def test_every_published_file_comes_out(data_home: Path) -> None:
    """All 130, counts and kappas."""
    sets = [read_pairs(data_home / "llmbar", part) for part in ("natural", "neighbor")]
    runs = [(run, pairs.labels) for pairs in sets for run in pairs.runs]
    assert len(runs) == 130
    assert [r.name for r, labels in runs if not is_equal(statistics(r, labels), r.published)] == []

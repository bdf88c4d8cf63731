"""What lint finds: each rule with a case that breaks it and one that does not."""

from pathlib import Path
from typing import Any

import pytest

from engine.evals.golden import lint, read_reviewed
from tests.unit.evals.golden.conftest import Make, a_task

LONG = "The quick brown fox jumps over the lazy dog and runs into the dark wood at night"
JUDGE = {"kind": "judge", "rubric": "good"}
CASES: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([a_task("a"), a_task("b")], []),
    ([a_task("a"), a_task("b", input="SAY  a.", target="a")], ["error duplicate"]),
    ([a_task("a"), a_task("b", input="Say a.")], ["error ambiguous_answer"]),
    ([a_task("a"), a_task("b", input="Say a.", target="1", family="sums")], []),
    ([a_task("a", input="1.5"), a_task("b", input="15")], []),
    ([a_task("a"), a_task("b", input="Say a.", target="a", choices=["a", "b"])], []),
    ([a_task("a", input=LONG), a_task("b", input=f"{LONG}.")], ["warning near_duplicate"]),
    ([a_task("a", choices=["a", "A "])], ["error doubled_choices"]),
    ([a_task("a", target="10", choices=["10", "10.0"])], ["error ambiguous_target"]),
    ([a_task("a", target="10", choices=["10", "11"])], []),
    ([a_task("a", scorers=[{"kind": "judge"}])], ["error missing_rubric"]),
    ([a_task("a", scorers=["judge"])], ["error missing_rubric"]),
    ([a_task("a", scorers=[JUDGE])], []),
    (
        [a_task("a", scorers=[{"kind": "composite", "parts": [{"scorer": {"kind": "judge"}}]}])],
        ["error missing_rubric"],
    ),
    ([a_task("a", target=LONG)], ["warning missing_rubric"]),
    ([a_task("a", target=LONG, scorers=["exact", JUDGE])], []),
    ([a_task("a", target=LONG, scorers=["contains"])], []),
]


@pytest.mark.parametrize(("tasks", "rules"), CASES)
def test_rules(make: Make, tasks: list[dict[str, Any]], rules: list[str]) -> None:
    """Severity and rule of all that is found."""
    found = lint([read_reviewed(make(*tasks))])
    assert [f"{finding.severity} {finding.rule}" for finding in found] == rules


@pytest.mark.parametrize(
    ("splits", "rules"),
    [
        (("train", "test"), ["error leak"]),
        (("train", "train"), ["error duplicate"]),
        (("train", None), ["error duplicate"]),
    ],
)
def test_leaks_between_splits(
    make: Make, splits: tuple[str | None, str | None], rules: list[str]
) -> None:
    """What belongs to no split leaks into none."""
    one, other = ({} if s is None else {"metadata": {"split": s}} for s in splits)
    folder = make(a_task("a", **one), a_task("b", input="Say a.", target="a", **other))
    assert [f"{f.severity} {f.rule}" for f in lint([read_reviewed(folder)])] == rules


def test_leaks_between_suites(make: Make) -> None:
    """What stands in both is found, nearly the same too; where, and where else."""
    one = make(a_task("a"), a_task("l", input=LONG), name="one")
    other = make(a_task("x", input="Say a."), a_task("y", input=f"{LONG}!"), name="two")
    found = lint([read_reviewed(one), read_reviewed(other)])
    assert [(f.severity, f.rule, f.where, f.other) for f in found] == [
        ("error", "leak", f"{other}/tasks.jsonl:1", f"{one}/tasks.jsonl:1"),
        ("warning", "leak", f"{other}/tasks.jsonl:2", f"{one}/tasks.jsonl:2"),
    ]


def test_a_retired_task_is_not_looked_at(folder: Path) -> None:
    """It measures nothing any more."""
    path = folder / "tasks.jsonl"
    path.write_text(path.read_text().replace("Say retired.", "Say golden."))
    assert lint([read_reviewed(folder)]) == []


def test_a_review_of_older_content_is_named(folder: Path) -> None:
    """And an entry whose task is gone."""
    path = folder / "tasks.jsonl"
    path.write_text(path.read_text().replace("Say golden.", "Say it.").replace('"reviewed"', '"r"'))
    assert [(f.rule, f.task_id) for f in lint([read_reviewed(folder)])] == [
        ("no_task", "reviewed"),
        ("changed", "golden"),
    ]

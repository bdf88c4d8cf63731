"""What a rubric is made of, and what names it."""

from pathlib import Path
from typing import Any

import pytest

from engine.errors import BadInput
from engine.evals.judge import Criterion, Rubric, read_rubric

TEXT = {"name": "r", "criteria": [{"name": "right", "question": "Is it right?"}]}


def test_the_hash_names_what_is_asked() -> None:
    """Another question is another rubric; seeing the reference is the same one."""
    rubric = Rubric.parse(TEXT)
    other = {**TEXT, "criteria": [{"name": "right", "question": "Is it wrong?"}]}
    assert rubric.hash == Rubric.parse({**TEXT, "reference": True}).hash
    assert rubric.hash != Rubric.parse(other).hash


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": []},
        {"criteria": [*TEXT["criteria"], *TEXT["criteria"]]},
        {"criteria": [{"name": "a", "question": "?", "lowest": 5, "highest": 5}]},
        {"criteria": [{"name": "a", "question": "?", "passing": ["good"]}]},
        {"criteria": [{"name": "a", "question": "?", "passing": ["pass", "fail"]}]},
        {"criteria": [{"name": "a", "question": "?", "weight": 0}]},
        {"threshold": 2},
        {"extra": 1},
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    """A rubric that could not be judged by is named at once."""
    with pytest.raises(BadInput):
        Rubric.parse({**TEXT, **change})


def test_a_must_goes_before_the_weights() -> None:
    """An answer fails with a criterion that has to pass, however much passes besides."""
    must = Criterion(name="must", question="?", must_pass=True)
    rubric = Rubric(name="r", criteria=(must, Criterion(name="much", question="?", weight=9)))
    assert not rubric.passes({"must": False, "much": True})
    assert not rubric.passes({"must": True, "much": False})
    assert rubric.passes({"must": True, "much": True})


def test_a_file_at_fault_is_named(tmp_path: Path) -> None:
    """The error says which file and which field."""
    (tmp_path / "r.yaml").write_text("name: r\ncriteria: [{name: a}]\n")
    with pytest.raises(BadInput, match="question: Field required") as refused:
        read_rubric(tmp_path / "r.yaml")
    assert "r.yaml" in str(refused.value)

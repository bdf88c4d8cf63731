"""Which tasks of a folder run, and what names its content."""

from pathlib import Path
from typing import Any

import pytest

from engine.contracts import Run
from engine.errors import BadInput
from engine.evals.folder import load_folder
from engine.evals.sources import load_suite
from engine.evals.versions import task_versions
from tests.browser.samples import a_run
from tests.unit.evals.golden.conftest import Make, a_task

A_RUN: Run = a_run("run-20260101-000000-aaaa", "echo", "", 0)


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "tasks.jsonl"
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("states", "ids"),
    [
        ((), ["unreviewed", "reviewed", "golden"]),
        (("golden",), ["golden"]),
        (("draft", "retired"), ["draft", "retired"]),
    ],
)
def test_tasks_run_by_their_state(folder: Path, states: tuple[str, ...], ids: list[str]) -> None:
    """Drafts and retired ones only where they are asked for."""
    assert [task.id for task in load_folder(folder, states).tasks] == ids


def test_what_is_left_out_is_counted(folder: Path) -> None:
    """By state, so that it can be said."""
    assert load_folder(folder).said_left_out == "1 draft, 1 retired"


def test_a_changed_golden_task_does_not_run(folder: Path) -> None:
    """It is a draft of the next version until it is reviewed again."""
    edit(folder, "Say golden.", "Say it.")
    [draft, changed] = load_folder(folder, ["draft"]).tasks
    assert (draft.version.number, changed.id, changed.version.number) == (1, "golden", 2)


def test_layout_is_no_change(folder: Path) -> None:
    """Blanks, the order of fields and defaults written out are not content."""
    old = '{"id": "golden", "family": "words", "input": "Say golden.", "target": "golden"}'
    new = '{"target":"golden", "choices": [], "input":"Say golden.","family":"words","id":"golden"}'
    edit(folder, old, new)
    assert [task.id for task in load_folder(folder, ["golden"]).tasks] == ["golden"]


@pytest.mark.parametrize(
    "changed",
    [
        {"input": "Speak."},
        {"target": "2"},
        {"choices": ["1"]},
        {"scorers": ["contains"]},
        {"metadata": {"split": "test"}},
        {"family": "sums"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_each_field_is_content(make: Make, changed: dict[str, Any]) -> None:
    """Whichever of them changes, the digest does; that of an id alone does not."""
    first = a_task("a", target="1")
    tasks = load_folder(make(first, first | {"id": "b"}, first | {"id": "c"} | changed)).tasks
    hashes = [task.version.hash for task in tasks]
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_hash_is_without_the_review(folder: Path) -> None:
    """It is that of a folder in which only the running tasks stand."""
    with_review = load_folder(folder).hash
    lines = (folder / "tasks.jsonl").read_text().split("\n")
    kept = [line for line in lines if '"draft"' not in line and '"retired"' not in line]
    (folder / "tasks.jsonl").write_text("\n".join(kept))
    (folder / "golden.jsonl").unlink()
    assert load_folder(folder).hash == with_review


def test_the_hash_covers_drafts_that_are_asked_for(folder: Path) -> None:
    """A run of drafts is of other content when a draft changes."""
    before = load_folder(folder, ["draft"]).hash
    edit(folder, "Say draft.", "Say it.")
    assert load_folder(folder, ["draft"]).hash != before


def test_a_draft_that_cannot_be_scored_hinders_no_run(folder: Path) -> None:
    """It is found when it is asked for."""
    edit(folder, '"family": "words", "input": "Say draft."', '"family": "none", "input": ""')
    load_folder(folder)
    with pytest.raises(BadInput, match="no family named 'none'"):
        load_folder(folder, ["draft"])


def test_nothing_left_is_said(make: Make) -> None:
    """With what there is instead, where it is to be run."""
    suite = load_folder(make(a_task("a")), ["golden"])
    with pytest.raises(BadInput, match="no task is left: 1 unreviewed"):
        suite.select()


def test_an_unknown_state(folder: Path) -> None:
    """The known ones are named."""
    with pytest.raises(BadInput, match=r"no state gold .*unreviewed, draft, reviewed"):
        load_folder(folder, ["gold"])


def test_a_table_has_no_states(tmp_path: Path) -> None:
    """Asking for one is refused."""
    (tmp_path / "t.csv").write_text("input,target\n1,1\n")
    with pytest.raises(BadInput, match="only a suite in a folder"):
        load_suite(str(tmp_path / "t.csv"), states=["golden"])


def test_a_second_entry_of_a_task(folder: Path) -> None:
    """Which one counts would be a guess."""
    path = folder / "golden.jsonl"
    path.write_text(path.read_text() * 2)
    with pytest.raises(BadInput, match=r"golden.jsonl:5: a second entry"):
        load_folder(folder)


def test_a_run_names_the_versions(folder: Path) -> None:
    """State, number and digest of each task that it has."""
    found = {v.task_id: v for v in task_versions(A_RUN, load_folder(folder))}
    assert [v.state for v in found.values()] == [None, "reviewed", "golden"]
    assert len({v.content_hash for v in found.values()}) == 3


def test_tasks_of_a_script_have_digests_too(tmp_path: Path) -> None:
    """Of all that they are made of."""
    (tmp_path / "t.csv").write_text("input,target\n1,1\n1,2\n")
    suite = load_suite(str(tmp_path / "t.csv"))
    hashes = {v.content_hash for v in task_versions(A_RUN, suite)}
    assert len(hashes) == 2

"""Golden tasks of a suite with a store: changes of state, the mirror, runs and comparisons."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import BadInput
from tests.unit.bootstrap.desk import FIRST, Desk
from workbench.bootstrap.comparison import compare_runs
from workbench.bootstrap.golden import differences, mirror, retire_task, task_details
from workbench.bootstrap.results import task_states


def test_a_task_goes_through_its_states(desk: Desk) -> None:
    """Each is a fact."""
    desk.draft(FIRST, family="words", task_id="new")
    assert [desk.promote("new"), desk.promote("new")] == ["reviewed", "golden"]
    retire_task(desk.store, desk.settings, str(desk.folder), "new", reason="old")
    found = [state for (state,) in desk.facts("state")]
    assert found == ["draft", "reviewed", "golden", "retired"]


def test_a_task_without_review_is_reviewed_at_once(desk: Desk) -> None:
    """With an owner and a reviewer it needs to be no draft, and never stops running."""
    assert desk.promote("t0") == "reviewed"
    with pytest.raises(BadInput, match="needs an owner"):
        desk.promote("t1", owner="")


def test_what_lint_finds_wrong_is_not_promoted(desk: Desk) -> None:
    """A task that contradicts another measures nothing."""
    desk.edit("Say 1.", "Say 0.")
    with pytest.raises(BadInput, match="ambiguous_answer: t0 has the same input"):
        desk.promote("t0")


def test_an_edit_by_hand_is_mirrored_once(desk: Desk) -> None:
    """As the next version, a draft; the mirror adds nothing to what it has told."""
    desk.promote("t0")
    desk.edit("Say 0.", "Say nought.")
    assert [mirror(desk.store, desk.folder) for _ in range(3)] == [1, 0, 0]
    assert desk.facts("state", "version") == [("reviewed", 1), ("draft", 2)]


def test_a_file_put_back_is_a_change_too(desk: Desk) -> None:
    """It comes after what it takes back, and is told once."""
    desk.promote("t0")
    before = (desk.folder / "golden.jsonl").read_bytes()
    desk.promote("t0")
    (desk.folder / "golden.jsonl").write_bytes(before)
    assert [mirror(desk.store, desk.folder) for _ in range(2)] == [1, 0]
    assert desk.facts("state") == [("reviewed",), ("golden",), ("reviewed",)]


def test_two_who_see_a_change_tell_it_once(desk: Desk) -> None:
    """At the same time, too."""
    desk.promote("t0")
    desk.edit("Say 0.", "Say nought.")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: mirror(desk.store, desk.folder), range(8)))
    assert len(desk.facts("*")) == 2


def test_changes_at_the_same_time_are_all_kept(desk: Desk) -> None:
    """Nobody writes over another's line."""
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(desk.promote, ["t0", "t1", "t2"]))
    assert [task.state for task in desk.reviewed.tasks] == ["reviewed"] * 3


def test_a_run_tells_its_versions(desk: Desk) -> None:
    """How many tasks of which state; and a draft is none of them."""
    desk.draft(FIRST, family="words")
    desk.promote("t0")
    assert task_states(desk.store, desk.run()) == {"reviewed": 1, "unreviewed": 2}


def test_a_task_tells_its_runs(desk: Desk) -> None:
    """With the version that each used."""
    run = desk.run()
    details = task_details(desk.store, str(desk.folder), "t0")
    assert [(row["run_id"], row["version"]) for row in details["runs"]] == [(run, 1)]


def test_runs_of_one_version_are_compared(desk: Desk) -> None:
    """A draft more changes no suite, a note says where the files differ otherwise."""
    one = desk.run()
    desk.draft(FIRST, family="words", task_id="new")
    assert compare_runs(desk.store, one, desk.run()).notes == ()
    desk.promote("new")
    [note] = compare_runs(desk.store, one, desk.run()).notes
    assert "All tasks that both have are the same versions" in note


def test_runs_of_other_versions_are_not(desk: Desk) -> None:
    """The task is named with both, another target being enough."""
    desk.promote("t0")
    one = desk.run()
    desk.edit('"target": "0"', '"target": "nought"')
    other = desk.run("draft", "unreviewed")
    with pytest.raises(BadInput, match=r"other versions in .*: t0 \(version 1 and 2\)"):
        compare_runs(desk.store, one, other)


def test_the_difference_of_file_and_lake(desk: Desk) -> None:
    """Field by field, before and after; asking tells the lake nothing."""
    desk.promote("t0")
    desk.edit("Say 0.", "Say nought.")
    found = {c.field: (c.before, c.after) for c in differences(desk.store, str(desk.folder))}
    assert found["input"] == ("Say 0.", "Say nought.")
    assert found["state"] == ("reviewed", "draft")
    assert len(desk.facts("*")) == 1


def test_the_difference_of_two_versions(desk: Desk) -> None:
    """As lines that a person reads."""
    desk.promote("t0")
    desk.edit("Say 0.", "Say nought.")
    mirror(desk.store, desk.folder)
    found = differences(desk.store, str(desk.folder), "t0", (1, 2))
    lines = next(changed.lines for changed in found if changed.field == "input")
    assert lines == ["@@ -1 +1 @@", "-Say 0.", "+Say nought."]

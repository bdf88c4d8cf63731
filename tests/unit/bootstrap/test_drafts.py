"""Draft tasks made of recorded episodes and their steps."""

from pathlib import Path

import pytest

from engine.errors import BadInput, NotFound
from tests.browser.world import IMPORTED, RICH
from tests.unit.bootstrap.desk import FIRST, Desk
from workbench.bootstrap.golden import draft
from workbench.bootstrap.golden.drafts import Wish


def test_an_imported_episode_becomes_a_draft(desk: Desk) -> None:
    """Asked as it was, with what was answered, and where it comes from."""
    made = desk.draft(FIRST, family="words", reason="odd")
    assert (made.task.input, made.task.target) == ("Question 0?", "Answer 0.")
    origin = made.entry.origin
    assert (origin and origin.run_id, origin and origin.episode_id) == (IMPORTED, FIRST)
    assert desk.reviewed.tasks[-1].state == "draft"


def test_a_step_becomes_a_draft(desk: Desk) -> None:
    """With the index of the step, also in the store."""
    desk.draft(FIRST, family="words", step=1)
    facts = desk.facts("run_id", "episode_id", "step_index", "state", "owner", "author")
    assert facts == [(IMPORTED, FIRST, 1, "draft", "ann", "ann")]


def test_the_same_draft_again_changes_nothing(desk: Desk) -> None:
    """Neither files nor facts."""
    desk.draft(FIRST, family="words")
    before = (desk.folder / "tasks.jsonl").read_bytes()
    assert not desk.draft(FIRST, family="words").new
    assert (desk.folder / "tasks.jsonl").read_bytes() == before
    assert len(desk.facts("*")) == len(desk.store.sql("FROM audits WHERE action = 'draft'")) == 1


def test_a_draft_cut_off_by_a_crash_is_made_whole(desk: Desk) -> None:
    """Its entry was written and its task was not: doing it again adds the task."""
    before = (desk.folder / "tasks.jsonl").read_bytes()
    desk.draft(FIRST, family="words")
    (desk.folder / "tasks.jsonl").write_bytes(before)
    desk.draft(FIRST, family="words")
    assert [task.state for task in desk.reviewed.tasks].count("draft") == 1
    assert desk.reviewed.orphans == {}


def test_a_suite_begins_with_a_draft(desk: Desk) -> None:
    """One that has no tasks yet, nor a file for them, gets its first."""
    (desk.folder / "tasks.jsonl").unlink()
    desk.draft(FIRST, family="words")
    assert [task.state for task in desk.reviewed.tasks] == ["draft"]


def test_a_draft_takes_no_other_tasks_place(desk: Desk) -> None:
    """An id that is there already is refused, with its place."""
    with pytest.raises(BadInput, match=r"tasks.jsonl:1: there is another task 't0'"):
        desk.draft(FIRST, family="words", task_id="t0")


@pytest.mark.parametrize(("target", "kept"), [('{"a": 1}', {"a": 1}), ("[]", None)])
def test_a_target_is_json_where_text_will_not_do(desk: Desk, target: str, kept: object) -> None:
    """As the family's scorers want it; what they cannot use at all is refused."""
    if kept is None:
        with pytest.raises(BadInput, match="scorer json_fields: target has to be an object"):
            desk.draft(FIRST, family="forms", target=target)
    else:
        assert desk.draft(FIRST, family="forms", target=target).task.target == kept


def test_a_family_is_the_suites(desk: Desk) -> None:
    """The episode's own is named, and those that there are."""
    with pytest.raises(BadInput, match=r"no family 'airline' .*words, forms"):
        desk.draft(FIRST)


def test_an_unknown_episode(desk: Desk) -> None:
    """Near ones are named."""
    with pytest.raises(NotFound, match="no episode 'ep-x'"):
        desk.draft("ep-x")


def test_a_table_takes_no_drafts(desk: Desk, tmp_path: Path) -> None:
    """Its rows have no review."""
    (tmp_path / "t.csv").write_text("input,target\n")
    with pytest.raises(BadInput, match="keeps no golden tasks"):
        draft(desk.store, desk.settings, FIRST, Wish(str(tmp_path / "t.csv")))


def test_a_conversation_is_run_as_a_task(desk: Desk, tmp_path: Path) -> None:
    """A step deep in an episode, with the calls before it, is a draft that a model is asked."""
    made = desk.draft(RICH, family="words", step=5, target="done")
    assert [message.role for message in made.task.input if not isinstance(message, str)] == [
        *("user", "assistant", "tool", "assistant", "tool"),
    ]
    (tmp_path / "script.jsonl").write_text('{"when": "Thirty days", "content": "done"}')
    run = desk.run("draft", model=f"scripted:{tmp_path}/script.jsonl")
    assert desk.store.episodes(run)["passed"].to_list() == [True]


def test_a_step_of_a_worker_is_the_workers_conversation(desk: Desk) -> None:
    """Not that of the agent who asked it."""
    made = desk.draft(RICH, family="words", step=4)
    assert (made.task.input, made.task.target) == ("What is our policy?", "Thirty days.")

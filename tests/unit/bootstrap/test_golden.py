"""Golden tasks of a suite with a store: drafts of episodes, changes, the mirror, comparisons."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.errors import BadInput, NotFound
from engine.evals.golden import Reviewed, read_reviewed
from tests.browser.world import IMPORTED, RICH, fill
from workbench.bootstrap import Bench, Request, evaluate
from workbench.bootstrap.comparison import compare_runs
from workbench.bootstrap.golden import (
    Draft,
    differences,
    draft,
    mirror,
    promote_task,
    retire_task,
    task_details,
)
from workbench.bootstrap.golden.drafts import Wish
from workbench.bootstrap.results import task_states
from workbench.settings import Settings
from workbench.store import Store

SUITE = """
name: desk
version: "1"
families:
  - {name: words, team: solo, scorers: [exact]}
  - {name: forms, team: solo, scorers: [json_fields]}
teams:
  - name: solo
    entry: solver
    agents: [{name: solver, instructions: Answer.}]
"""
TASKS = [
    {"id": f"t{n}", "family": "words", "input": f"Say {n}.", "target": f"{n}"} for n in range(3)
]
FIRST = "ep-dddd0000000000000000"
"""The first episode of the imported run."""


@dataclass(frozen=True)
class Desk:
    """A suite in a folder, and a store with recorded episodes."""

    folder: Path
    store: Store
    settings: Settings

    def draft(self, episode: str, **given: Any) -> Draft:
        return draft(self.store, self.settings, episode, Wish(str(self.folder), **given))

    def promote(self, task_id: str, **given: str) -> str:
        names = {"reason": "clear", "reviewer": "bo", "owner": "ann"} | given
        return promote_task(self.store, self.settings, str(self.folder), task_id, **names).state

    def edit(self, old: str, new: str) -> None:
        path = self.folder / "tasks.jsonl"
        path.write_text(path.read_text().replace(old, new))

    def run(self, *states: str, model: str = "") -> str:
        agents = ["default"] if model else ["echo"]
        request = Request(str(self.folder), models=[model], agents=agents, states=states)
        return asyncio.run(evaluate(request, Bench(self.settings, self.store)))[0]

    def facts(self, *columns: str) -> list[tuple[Any, ...]]:
        return self.store.sql("FROM golden_tasks ORDER BY changed_at").select(columns).rows()

    @property
    def reviewed(self) -> Reviewed:
        return read_reviewed(self.folder)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tasks.jsonl").write_text("\n".join(map(json.dumps, TASKS)))
    with Store.memory() as store:
        fill(store)
        yield Desk(folder, store, Settings(home=tmp_path / "home", author="ann"))


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

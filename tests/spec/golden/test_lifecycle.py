"""The review of a task: every state with everything that can be done, and random walks."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.evals.golden import GoldenEntry, Said, begun, current, promoted, retired

WHY = Said("writer", "it is clear", 1_767_600_000.0)
OLD, NEW = "0" * 32, "1" * 32
TABLE = {
    ("draft", "promote"): "reviewed",
    ("reviewed", "promote"): "golden",
    ("golden", "promote"): None,
    ("retired", "promote"): None,
    ("draft", "retire"): "retired",
    ("reviewed", "retire"): "retired",
    ("golden", "retire"): "retired",
    ("retired", "retire"): None,
    ("draft", "change"): "draft",
    ("reviewed", "change"): "draft",
    ("golden", "change"): "draft",
    ("retired", "change"): "retired",
}
"""By state and action the state after it; null: it is refused."""


@dataclass
class Walk:
    """A task with the last content it was given."""

    entry: GoldenEntry
    contents: int = 0

    def act(self, action: str) -> None:
        if action == "change":
            self.contents += 1
            self.entry = current(self.entry, f"{self.contents:032x}")
        elif action == "promote":
            self.entry = promoted(self.entry, "Bo", WHY)
        else:
            self.entry = retired(self.entry, WHY)


def a_task(state: str) -> GoldenEntry:
    draft = begun("t", OLD, "Ann", WHY)
    reviewed = promoted(draft, "Bo", WHY)
    golden = promoted(reviewed, "Bo", WHY)
    made = {"draft": draft, "reviewed": reviewed, "golden": golden, "retired": retired(draft, WHY)}
    return made[state]


@pytest.mark.parametrize(("state", "action"), TABLE)
def test_every_state_with_every_action(state: str, action: str) -> None:
    """The table holds: what it has no state for is refused."""
    walk = Walk(a_task(state))
    if TABLE[state, action] is None:
        with pytest.raises(BadInput, match=f"it is {state} already"):
            walk.act(action)
    else:
        walk.act(action)
        assert walk.entry.state == TABLE[state, action]


@given(st.lists(st.sampled_from(["promote", "retire", "change"]), max_size=12))
def test_a_walk_agrees_with_the_table(actions: list[str]) -> None:
    """However long; and the version counts the contents, refused actions none."""
    walk, state = Walk(a_task("draft")), "draft"
    for action in actions:
        after = TABLE[state, action]
        if after is None:
            with pytest.raises(BadInput):
                walk.act(action)
        else:
            walk.act(action)
            state = after
        assert (walk.entry.state, walk.entry.version) == (state, 1 + walk.contents)


@pytest.mark.parametrize("reviewer", ["Ann", " ann ", "", "  "])
def test_a_reviewer_is_somebody_else(reviewer: str) -> None:
    """Neither the owner in whatever spelling, nor nobody."""
    with pytest.raises(BadInput, match=r"cannot review it|nobody reviews it"):
        promoted(a_task("draft"), reviewer, WHY)


@pytest.mark.parametrize("reason", ["", "  "])
@pytest.mark.parametrize("state", ["draft", "reviewed"])
def test_a_change_of_state_has_a_reason(state: str, reason: str) -> None:
    """Also a retirement."""
    silent = Said("writer", reason, 0.0)
    with pytest.raises(BadInput, match="needs a reason"):
        promoted(a_task(state), "Bo", silent)
    with pytest.raises(BadInput, match="needs a reason"):
        retired(a_task(state), silent)


def test_another_content_is_not_reviewed() -> None:
    """Neither reviewer nor reason of the old one are carried over; the owner stays."""
    entry = current(a_task("golden"), NEW)
    assert (entry.reviewer, entry.reason, entry.owner) == ("", "its content was changed", "Ann")


def test_the_same_content_changes_nothing() -> None:
    """The entry is the very same."""
    entry = a_task("golden")
    assert current(entry, OLD) is entry


def test_a_draft_has_an_owner() -> None:
    """Somebody answers for it."""
    with pytest.raises(BadInput, match="needs an owner"):
        begun("t", OLD, " ", WHY)


@pytest.mark.parametrize(
    "written", [{"reviewer": ""}, {"reviewer": "ANN"}, {"reason": " "}, {"at": "yesterday"}]
)
def test_a_line_that_claims_a_review_has_one(written: dict[str, str]) -> None:
    """What was edited by hand keeps to the same rules, or is not read."""
    with pytest.raises(BadInput):
        GoldenEntry.parse(a_task("golden").model_dump(mode="json") | written)

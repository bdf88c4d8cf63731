"""The port `Journal` on every implementation."""

import pytest

from engine.contracts import (
    CallKey,
    Intent,
    Journal,
    JournalEntry,
    JournalFilter,
    JournalState,
    Retention,
)
from engine.errors import BadInput, LeaseLost, NotFound

CALL = CallKey(tenant="acme", tool="refund", key="k1")
INTENT = Intent(
    **CALL.model_dump(), arguments={"cents": 10**30, "to": "ü"}, owner="a", due_at=110.0
)
PATHS: tuple[tuple[JournalState, ...], ...] = (
    ("effect", "done"),
    ("failed",),
    ("intent", "effect", "done", "compensating", "compensated"),
    ("effect", "compensating", "compensating", "compensated"),
    ("effect", "done", "compensating", "done", "compensating", "compensated"),
)


def led(journal: Journal, *states: JournalState, intent: Intent = INTENT) -> JournalEntry:
    """An entry that has gone through these states."""
    entry = journal.begin(intent, 100.0)
    for at, state in enumerate(states, 101):
        entry = journal.mark(entry, state, float(at))
    return entry


def test_an_intent_is_read_back_as_it_was_written(journal: Journal) -> None:
    """By its number, by its call, and in the list."""
    entry = journal.begin(INTENT, 100.0)
    assert journal.get(entry.entry_id) == journal.find(CALL) == entry
    assert journal.listed() == [entry]
    assert (entry.arguments, entry.state) == (INTENT.arguments, "intent")


@pytest.mark.parametrize("path", PATHS, ids="-".join)
def test_the_history_of_an_entry_is_kept(journal: Journal, path: tuple[JournalState, ...]) -> None:
    """Every transition, in order, with its time and owner."""
    entry = led(journal, *path)
    history = journal.history(entry.entry_id)
    assert [line.state for line in history] == ["intent", *path]
    assert [line.at for line in history] == [100.0 + i for i in range(len(path) + 1)]
    assert journal.get(entry.entry_id) == entry


def test_answers_are_kept(journal: Journal) -> None:
    """What the tool said, and what its compensation said."""
    entry = journal.mark(journal.begin(INTENT, 100.0), "effect", 101.0, result={"id": 7})
    entry = journal.mark(entry, "compensating", 102.0)
    journal.mark(entry, "compensated", 103.0, result="undone")
    found = journal.get(entry.entry_id)
    assert (found.result, found.undone) == ({"id": 7}, "undone")


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ((), "done"),
        ((), "compensating"),
        (("failed",), "effect"),
        (("effect",), "failed"),
        (("effect", "done"), "effect"),
        (("effect", "compensating", "compensated"), "compensating"),
    ],
)
def test_there_are_no_other_transitions(
    journal: Journal, path: tuple[JournalState, ...], state: JournalState
) -> None:
    """An entry that is closed, or not so far yet, does not come to that."""
    with pytest.raises(BadInput, match="does not become"):
        journal.mark(led(journal, *path), state, 200.0)


def test_what_was_read_before_a_transition_writes_no_second(journal: Journal) -> None:
    """Of two who saw the same entry one is refused."""
    seen = journal.begin(INTENT, 100.0)
    journal.mark(seen, "effect", 101.0)
    with pytest.raises(LeaseLost, match="no longer intent"):
        journal.mark(seen, "failed", 102.0)


def test_an_entry_belongs_to_who_took_it_last(journal: Journal) -> None:
    """The owner before cannot go on with it, though its state is the same."""
    seen = led(journal, "effect", "compensating")
    by = INTENT.model_copy(update={"owner": "b", "due_at": 300.0})
    taken = journal.mark(seen, "compensating", 200.0, by=by)
    with pytest.raises(LeaseLost):
        journal.mark(seen, "compensated", 201.0)
    assert (taken.owner, taken.due_at) == ("b", 300.0)
    assert journal.get(seen.entry_id) == taken


def test_a_call_is_found_by_its_latest_entry(journal: Journal) -> None:
    """And nothing of another tenant, tool or key."""
    led(journal, "failed")
    second = journal.begin(INTENT, 200.0)
    assert journal.find(CALL) == second
    for other in ({"tenant": "x"}, {"tool": "x"}, {"key": "x"}):
        assert journal.find(CALL.model_copy(update=other)) is None


def test_what_is_in_doubt_is_found_after_a_crash(journal: Journal) -> None:
    """Intents and compensations without an end, once nobody can be at work on them."""
    paths: tuple[tuple[JournalState, ...], ...]
    paths = ((), ("effect",), ("failed",), ("effect", "compensating"), ("effect", "done"))
    entries = [led(journal, *path) for path in paths]
    led(journal, intent=INTENT.model_copy(update={"due_at": 500.0}))
    assert journal.in_doubt(109.9) == []
    assert journal.in_doubt(110.0) == [entries[0], entries[3]]
    assert journal.in_doubt(110.0, limit=1) == [entries[0]]


def test_lists_are_of_a_state_and_the_newest_first(journal: Journal) -> None:
    """So many at most."""
    ids = [led(journal, *path).entry_id for path in (("failed",), (), ("failed",))]
    assert [entry.entry_id for entry in journal.listed()] == ids[::-1]
    assert [entry.entry_id for entry in journal.listed(state="failed")] == [ids[2], ids[0]]
    assert [entry.entry_id for entry in journal.listed(1)] == ids[2:]


BROWSED: tuple[tuple[dict[str, object], list[int]], ...] = (
    ({}, [4, 1, 5, 3, 2]),
    ({"in_doubt": True}, [4, 1]),
    ({"state": "done"}, [2]),
    ({"tool": "shop/refund"}, [4, 1, 2]),
    ({"key": "k1"}, [4, 1, 2]),
    ({"key": "ep-9"}, [5, 3]),
    ({"key": "EP"}, []),
    ({"key": "k%"}, []),
    ({"tool": "mail", "state": "failed", "key": "k2"}, [3]),
)


@pytest.mark.parametrize(("find", "numbers"), BROWSED)
@pytest.mark.parametrize("size", [1, 2, 100])
def test_the_journal_is_browsed_page_by_page(
    journal: Journal, find: dict[str, object], numbers: list[int], size: int
) -> None:
    """Those in doubt first, each the newest first, none twice and none left out."""
    mail = INTENT.model_copy(update={"tool": "mail", "key": "k2", "scope": "ep-9/1"})
    paths: tuple[tuple[JournalState, ...], ...]
    paths = ((), ("effect", "done"), ("failed",), ("effect", "compensating"), ())
    late = mail.model_copy(update={"due_at": 500.0})
    intents = (INTENT, INTENT, mail, INTENT, late)
    ids = [led(journal, *path, intent=i).entry_id for path, i in zip(paths, intents, strict=True)]
    wanted, pages = JournalFilter.model_validate(find), range(0, 6, size)
    found = [e for skip in pages for e in journal.browsed(wanted, 110.0, limit=size, skip=skip)]
    assert [ids.index(entry.entry_id) + 1 for entry in found] == numbers


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (Retention(keep_s=1_000.0, keep_rows=100), 6),
        (Retention(keep_s=10.0, keep_rows=100), 4),
        (Retention(keep_s=1_000.0, keep_rows=1), 4),
        (Retention(keep_s=1_000.0, keep_rows=0), 3),
    ],
)
def test_no_open_entry_is_pruned(journal: Journal, keep: Retention, left: int) -> None:
    """Closed ones go by age and by number, with their history."""
    first = led(journal, "failed")
    for path in ((), ("effect",), ("effect", "done"), ("effect", "compensating")):
        led(journal, *path)  # type: ignore[arg-type]
    late = journal.mark(journal.begin(INTENT, 190.0), "failed", 195.0)
    assert journal.prune(keep, 200.0) == 6 - left
    kept = {entry.entry_id for entry in journal.listed()}
    assert len(kept) == left
    assert {first.entry_id + n for n in (1, 2, 4)} <= kept
    assert (late.entry_id in kept) == (keep.keep_rows > 0)


def test_an_entry_that_is_not_there_is_not_found(journal: Journal) -> None:
    """Neither it nor its history."""
    for act in (journal.get, journal.history):
        with pytest.raises(NotFound, match="no entry 9"):
            act(9)

"""How a task's review goes on: a pure state machine over entries of `golden.jsonl`.

draft -> reviewed -> golden -> retired; from any state to retired, and back to draft, as a new
version, when the content of what is reviewed or golden changes. Each step has a reason. Who
reviews is never who owns.
"""

from dataclasses import dataclass
from typing import Final

from engine.contracts import Json, JsonObject
from engine.contracts.golden import TaskState
from engine.errors import BadInput
from engine.evals.golden.entry import GoldenEntry, Origin, same_person, stamp

NEXT: Final[dict[TaskState, TaskState]] = {"draft": "reviewed", "reviewed": "golden"}
CHANGED: Final = "its content was changed"


@dataclass(frozen=True, slots=True)
class Said:
    """Who makes a change, why, and when (seconds since the Unix epoch)."""

    by: str
    reason: str
    now: float


def begun(
    task_id: str, content_hash: str, owner: str, said: Said, origin: Origin | None = None
) -> GoldenEntry:
    """A task as a draft; raises `BadInput` where nobody owns it."""
    if not owner.strip():
        raise BadInput("a golden task needs an owner", where=task_id, hint="--owner NAME")
    draft: JsonObject = {
        "id": task_id,
        "state": "draft",
        "version": 1,
        "hash": content_hash,
        "owner": owner.strip(),
        "reason": said.reason.strip(),
        "by": said.by,
        "at": stamp(said.now),
        "origin": origin.model_dump(mode="json") if origin else None,
    }
    return GoldenEntry.parse(draft, where=task_id)


def current(entry: GoldenEntry, content_hash: str) -> GoldenEntry:
    """The entry for the content as it is now: another content is the next version.

    What was reviewed or golden is a draft again; a retired task stays retired.
    """
    if entry.hash == content_hash:
        return entry
    return _with(
        entry,
        state="retired" if entry.state == "retired" else "draft",
        version=entry.version + 1,
        hash=content_hash,
        reviewer="",
        reason=CHANGED,
        by="",
    )


def promoted(entry: GoldenEntry, reviewer: str, said: Said) -> GoldenEntry:
    """The entry in the next state: draft becomes reviewed, reviewed becomes golden.

    Raises `BadInput` where there is no next state, without a reason, or where the reviewer owns it.
    """
    if entry.state not in NEXT:
        hint = "golden is the last before retired" if entry.state == "golden" else ""
        raise BadInput(f"it is {entry.state} already", where=entry.id, hint=hint)
    _must_say_why(entry, said)
    if not reviewer.strip():
        raise BadInput("nobody reviews it", where=entry.id, hint="--reviewer NAME")
    if same_person(reviewer, entry.owner):
        raise BadInput(
            f"{reviewer.strip()} owns it and cannot review it",
            where=entry.id,
            hint="--reviewer NAME of somebody else",
        )
    return _changed(entry, NEXT[entry.state], said, reviewer.strip())


def retired(entry: GoldenEntry, said: Said) -> GoldenEntry:
    """The entry retired, from any other state; raises `BadInput` without a reason."""
    if entry.state == "retired":
        raise BadInput("it is retired already", where=entry.id)
    _must_say_why(entry, said)
    return _changed(entry, "retired", said, entry.reviewer)


def _must_say_why(entry: GoldenEntry, said: Said) -> None:
    if not said.reason.strip():
        raise BadInput("a change of state needs a reason", where=entry.id, hint="--reason TEXT")


def _changed(entry: GoldenEntry, state: TaskState, said: Said, reviewer: str) -> GoldenEntry:
    return _with(
        entry,
        state=state,
        reviewer=reviewer,
        reason=said.reason.strip(),
        by=said.by,
        at=stamp(said.now),
    )


def _with(entry: GoldenEntry, **changes: Json) -> GoldenEntry:
    return GoldenEntry.parse(entry.model_dump(mode="json") | changes, where=entry.id)

"""What has changed in a golden task: between two versions, or between its file and the lake."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from engine.contracts import GoldenTask, Json, JsonObject
from engine.errors import NotFound
from engine.evals.golden import Reviewed, ReviewedTask, content_of, read_reviewed
from workbench.bootstrap.golden.place import golden_folder, the_task
from workbench.store import Store
from workbench.store.queries.golden import history, latest

_REVIEW = ("state", "version", "owner", "reviewer", "reason")


@dataclass(frozen=True, slots=True)
class Changed:
    """One field of one task that two sides say differently; null: it is absent."""

    task_id: str
    field: str
    before: Json
    after: Json

    @property
    def lines(self) -> list[str]:
        """The two sides as a unified difference of their lines, for people."""
        one, other = _lines(self.before), _lines(self.after)
        return list(difflib.unified_diff(one, other, lineterm="", n=2))[2:]


def differences(
    store: Store, suite: str, task_id: str | None = None, versions: tuple[int, int] | None = None
) -> list[Changed]:
    """What the files say that the lake does not, of one task or all; or what two versions say.

    The lake is not told. Raises `NotFound` where there is no such task or version.
    """
    reviewed = read_reviewed(golden_folder(suite))
    if versions is not None and task_id is not None:
        one, other = (_version(store, reviewed.suite, task_id, number) for number in versions)
        return list(_changed(task_id, _told(one), _told(other)))
    chosen = reviewed.tasks if task_id is None else (the_task(reviewed, task_id),)
    return list(_against_lake(store, reviewed, chosen))


def _against_lake(
    store: Store, reviewed: Reviewed, tasks: tuple[ReviewedTask, ...]
) -> Iterator[Changed]:
    known = latest(store.lake, reviewed.suite)
    for task in tasks:
        before = known.get(task.task.id)
        if before is None and task.entry is None:
            continue
        yield from _changed(task.task.id, _told(before) if before else {}, _written(task))


def _written(task: ReviewedTask) -> JsonObject:
    entry = task.entry
    review: JsonObject = {name: getattr(entry, name) for name in _REVIEW} if entry else {}
    return review | content_of(task.task)


def _told(fact: GoldenTask) -> JsonObject:
    review: JsonObject = {name: getattr(fact, name) for name in _REVIEW}
    return review | fact.content


def _version(store: Store, suite: str, task_id: str, number: int) -> GoldenTask:
    """The version as it stood last."""
    changes = history(store.lake, suite, task_id)
    found = [change for change in changes if change.version == number]
    if not found:
        known = sorted({change.version for change in changes})
        hint = f"versions: {', '.join(map(str, known)) or 'none'}"
        raise NotFound(f"the lake has no version {number} of {task_id!r}", hint=hint)
    return found[-1]


def _changed(task_id: str, before: JsonObject, after: JsonObject) -> Iterator[Changed]:
    for field in {**before, **after}:
        if before.get(field) != after.get(field):
            yield Changed(task_id, field, before.get(field), after.get(field))


def _lines(value: Json) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str | int | float):
        return str(value).splitlines()
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode().splitlines()

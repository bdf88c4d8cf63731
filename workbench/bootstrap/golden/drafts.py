"""Recorded episodes, and steps of them, made into draft tasks of a suite."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

import orjson

from engine.clock import SystemClock
from engine.contracts import Audit, Episode, Json
from engine.errors import BadInput, NotFound
from engine.evals import Suite
from engine.evals.build import must_be_sound
from engine.evals.entries import TaskEntry
from engine.evals.folder import open_folder, to_task
from engine.evals.golden import (
    GoldenEntry,
    Origin,
    Reviewed,
    Said,
    begun,
    content_hash,
    write_draft,
)
from engine.evals.golden.episode import Taken, at_step, whole
from workbench.bootstrap.golden.mirror import mirror
from workbench.bootstrap.golden.place import golden_folder, turn
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.append import append_fact
from workbench.store.queries import facts
from workbench.store.queries.resolve import resolve_episode

_TAIL: Final = 8
"""Digits of an episode's id that tell its task from others: they are random."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made of an episode; what is left empty is taken from the episode."""

    suite: str
    step: int | None = None
    """The step whose answer is asked for; null: the whole episode."""
    family: str = ""
    task_id: str = ""
    target: str | None = None
    """A text, or JSON where the scorers want more than text; null: what was answered."""
    choices: Sequence[str] = ()
    scorers: Sequence[Json] = ()
    owner: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The task that was made, where it stands, and its entry."""

    suite: str
    folder: Path
    task: TaskEntry
    entry: GoldenEntry
    new: bool = True
    """False: the very same draft was there already."""


def promote(
    episode: str,
    *,
    suite: str | Path,
    step: int | None = None,
    family: str = "",
    target: str | None = None,
    task_id: str = "",
    reason: str = "",
    home: str | Path | None = None,
) -> Draft:
    """Make a draft task of an episode in the store of folder `home`; see `draft`."""
    settings = Settings.load(home=None if home is None else Path(home))
    wish = Wish(str(suite), step, family, task_id, target, reason=reason)
    with Store.open(settings) as store:
        return draft(store, settings, episode, wish)


def draft(store: Store, settings: Settings, episode: str, wish: Wish) -> Draft:
    """Put a draft task made of an episode, also an imported one, at the end of a suite.

    It does not run before it is reviewed. Doing the same again changes nothing. Raises `NotFound`
    for an unknown episode or suite, and `BadInput` where nothing was asked or answered, the family
    is none of the suite's, its scorers cannot use the target, or the folder cannot be written.
    """
    folder = golden_folder(wish.suite)
    recorded = facts.episode(store.lake, resolve_episode(store.lake, episode))
    taken = _taken(store, recorded, wish)
    with turn(settings.home, folder) as reviewed:
        suite = open_folder(folder)
        task = _sound(suite, folder, list(_tasks(recorded, taken, wish, suite)))
        entry = _standing(reviewed, task)
        made = Draft(reviewed.suite, folder, task, entry or _begun(recorded, task, wish, settings))
        if entry is None:
            write_draft(folder, task, made.entry)
            _audit(store, recorded, made, settings.author)
        mirror(store, folder)
    return replace(made, new=entry is None)


def _taken(store: Store, recorded: Episode, wish: Wish) -> Taken:
    steps = facts.steps(store.lake, recorded.episode_id)
    if wish.step is None:
        return whole(recorded, steps)
    exchanges = facts.exchanges(store.lake, recorded.episode_id)
    return at_step(recorded, steps, exchanges, wish.step)


def _tasks(recorded: Episode, taken: Taken, wish: Wish, suite: Suite) -> Iterator[TaskEntry]:
    """The task with each meaning that its target can have, the likeliest first."""
    family = _family(suite, wish.family, recorded.family)
    step = "" if wish.step is None else f"-{wish.step}"
    task_id = wish.task_id or f"{family}-{recorded.episode_id[-_TAIL:]}{step}"
    scorers = tuple(wish.scorers)
    if not scorers and wish.target is None:
        scorers = taken.scorers
    for target in _meanings(taken.answer if wish.target is None else wish.target):
        yield TaskEntry(
            id=task_id,
            family=family,
            input=taken.input,
            target=target,
            choices=tuple(wish.choices) or _choices(recorded, suite),
            scorers=scorers,
        )


def _family(suite: Suite, wished: str, recorded: str) -> str:
    """The one wished for, else the episode's, else the only one."""
    known = [family.name for family in suite.families]
    name = wished or recorded
    if not wished and name not in known and len(known) == 1:
        return known[0]
    if name not in known:
        hint = f"--family, one of: {', '.join(known)}"
        raise BadInput(f"{suite.name} has no family {name!r}", where="family", hint=hint)
    return name


def _meanings(target: Json) -> Iterator[Json]:
    if target is None:
        raise BadInput("nothing was answered", where="target", hint="--target TEXT")
    yield target
    if isinstance(target, str):
        try:
            yield orjson.loads(target)
        except orjson.JSONDecodeError:
            return


def _choices(recorded: Episode, suite: Suite) -> tuple[str, ...]:
    """Those of the task that the episode was a try at, where it is the suite's own."""
    try:
        return suite.task(recorded.task_id).choices
    except NotFound:
        return ()


def _sound(suite: Suite, folder: Path, tasks: Sequence[TaskEntry]) -> TaskEntry:
    """The first that can be scored; raises what is wrong with the last."""
    for number, task in enumerate(tasks, start=1):
        where = f"the draft {task.id!r}"
        try:
            alone = Suite(
                name=suite.name,
                version=suite.version,
                families=suite.families,
                teams=suite.teams,
                tasks=(to_task(task, folder, where),),
                tools=suite.tools,
            )
            must_be_sound(alone, [where], whole=where)
        except BadInput as error:
            if number == len(tasks):
                hint = "give it another --target, --choice, --family or --scorer"
                raise BadInput(error.message, hint=hint) from None
        else:
            return task
    raise AssertionError("there is always one")


def _standing(reviewed: Reviewed, task: TaskEntry) -> GoldenEntry | None:
    """The entry of the very same task, where it is there already."""
    old = reviewed.task(task.id)
    if old is None:
        return None
    if old.hash != content_hash(task) or old.entry is None:
        hint = "give the draft an id of its own: --id NAME"
        raise BadInput(f"there is another task {task.id!r}", where=old.where, hint=hint)
    return old.entry


def _begun(recorded: Episode, task: TaskEntry, wish: Wish, settings: Settings) -> GoldenEntry:
    origin = Origin(
        tenant=recorded.tenant,
        run_id=recorded.run_id,
        episode_id=recorded.episode_id,
        step_index=wish.step,
    )
    said = Said(settings.author, wish.reason, SystemClock().now())
    return begun(task.id, content_hash(task), wish.owner or settings.author, said, origin)


def _audit(store: Store, recorded: Episode, made: Draft, author: str) -> None:
    audit = Audit(
        tenant=recorded.tenant,
        run_id=recorded.run_id,
        episode_id=recorded.episode_id,
        subject=f"{made.suite}/{made.task.id}",
        action="draft",
        author=author,
        details={"step": made.entry.origin.step_index if made.entry.origin else None},
        acted_at=made.entry.changed_at,
    )
    append_fact(store.lake, audit, f"audit-{uuid4().hex}")

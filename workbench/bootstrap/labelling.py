"""The queue of answers that a person labels, and what is kept of each press.

A queue is blind: its order says nothing of the run, agent or model behind an answer. Whoever asks
for the same selection gets the same answers, each rater in an order of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from uuid import uuid4

import polars as pl

from engine.clock import Clock, SystemClock
from engine.contracts import Audit, Rating, canonical, digest
from engine.errors import BadInput, NotFound
from engine.evals.judge.rubric import Rubric
from workbench.bootstrap.rubrics import OVERALL
from workbench.store import Store
from workbench.store.append import append_fact
from workbench.store.queries import ratings
from workbench.store.queries.resolve import resolve_run

Mark = Literal["no", "partly", "yes"]
MARKS: Final[dict[Mark, tuple[float, bool]]] = {
    "no": (0.0, False),
    "partly": (0.5, False),
    "yes": (1.0, True),
}
"""What a rater can say: the value it stands for, and whether that is good enough."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which answers are to be labelled, and by what."""

    suite: str = ""
    """By name; empty: the suite used last. Runs that are named go before it."""
    runs: tuple[str, ...] = ()
    """By id or the beginning of one; none: every run of the suite."""
    sample: int | None = None
    """So many answers, drawn by `seed`, the same for every rater; null: all."""
    seed: int = 0
    rubric: Rubric = OVERALL


class ItemKey(NamedTuple):
    """One question about one answer."""

    episode_id: str
    criterion: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question about one answer, and whose it is: the latter is not for the rater's eyes."""

    tenant: str
    run_id: str
    episode_id: str
    task_id: str
    answer: str | None
    criterion: str

    @property
    def key(self) -> ItemKey:
        """What tells it from other items of the rubric."""
        return ItemKey(self.episode_id, self.criterion)


class Selected(NamedTuple):
    """The runs whose answers are to be labelled."""

    suite: str
    run_ids: tuple[str, ...]
    suites: tuple[str, ...]
    """All that there are, the one used last first."""


def selected_runs(store: Store, selection: Selection) -> Selected:
    """The suite, and its runs that are selected.

    Raises `NotFound` where a run or the suite is not there, `BadInput` where runs are of several
    suites.
    """
    known = ratings.runs_by_suite(store.lake)
    suites = tuple(known)
    if not selection.runs:
        suite = _suite(selection.suite, suites)
        return Selected(suite, tuple(known[suite]), suites)
    suite_of = {run_id: suite for suite, run_ids in known.items() for run_id in run_ids}
    ids = tuple(
        dict.fromkeys(
            text if text in suite_of else resolve_run(store.lake, text) for text in selection.runs
        )
    )
    several = sorted({suite_of[run_id] for run_id in ids})
    if len(several) > 1:
        raise BadInput(
            f"the runs are of several suites: {', '.join(several)}",
            hint="label one suite at a time",
        )
    return Selected(several[0], ids, suites)


def queue(
    store: Store, selection: Selection, rater: str, run_ids: Sequence[str] | None = None
) -> tuple[Item, ...]:
    """What there is to label, in this rater's order, criteria of one answer together.

    `run_ids` saves to look up what `selected_runs` has given already. Raises as `selected_runs`
    does, and `BadInput` for a sample below 1.
    """
    if selection.sample is not None and selection.sample < 1:
        raise BadInput(f"a sample of {selection.sample} holds no answer", where="sample")
    wanted = selected_runs(store, selection).run_ids if run_ids is None else run_ids
    answers = _drawn(ratings.answers(store.lake, wanted), selection)
    order = [_place(selection.seed, rater, row["episode_id"]) for row in answers]
    shuffled = [row for _, row in sorted(zip(order, answers, strict=True), key=lambda p: p[0])]
    return tuple(
        Item(**{name: row[name] for name in _FIELDS}, criterion=criterion.name)
        for row in shuffled
        for criterion in selection.rubric.criteria
    )


_FIELDS: Final = ("tenant", "run_id", "episode_id", "task_id", "answer")


def rate(
    store: Store,
    item: Item,
    rubric: Rubric,
    said: tuple[Mark, str],
    *,
    rater: str,
    clock: Clock | None = None,
) -> Rating:
    """Keep a mark with a note; returns when it is durable. Raises `BadInput`, `StoreError`."""
    mark, note = said
    value, passed = MARKS[mark]
    rating = Rating.parse(
        {
            "tenant": item.tenant,
            "run_id": item.run_id,
            "episode_id": item.episode_id,
            "task_id": item.task_id,
            "rubric": rubric.name,
            "rubric_hash": rubric.hash,
            "criterion": item.criterion,
            "rater": rater,
            "value": value,
            "passed": passed,
            "note": note.strip(),
            "rated_at": (clock or SystemClock()).now(),
        },
        where="rating",
    )
    append_fact(store.lake, rating, f"rating-{uuid4().hex}")
    return rating


def withdraw(
    store: Store, item: Item, rubric: Rubric, *, rater: str, clock: Clock | None = None
) -> None:
    """Take a rater's word on an item back: it no longer counts, and the trail shows both."""
    audit = Audit(
        tenant=item.tenant,
        run_id=item.run_id,
        episode_id=item.episode_id,
        subject=item.episode_id,
        action=ratings.WITHDRAW,
        author=rater,
        details={
            "rubric": rubric.name,
            "rubric_hash": rubric.hash,
            "criterion": item.criterion,
        },
        acted_at=(clock or SystemClock()).now(),
    )
    append_fact(store.lake, audit, f"withdrawal-{uuid4().hex}")


def _suite(name: str, known: tuple[str, ...]) -> str:
    """The suite of that name, or the one used last."""
    if not known:
        raise NotFound("there is nothing to label yet", hint="workbench eval makes a run")
    if name and name not in known:
        raise NotFound(f"no run is of the suite {name!r}", hint=f"known: {', '.join(known)}")
    return name or known[0]


def _drawn(answers: pl.DataFrame, selection: Selection) -> Sequence[dict[str, str]]:
    rows = answers.to_dicts()
    if selection.sample is None:
        return rows
    return sorted(rows, key=lambda row: _place(selection.seed, "", row["episode_id"]))[
        : selection.sample
    ]


def _place(seed: int, rater: str, episode_id: str) -> str:
    """Where an answer stands: as good as random, and the same each time."""
    return digest(canonical([seed, rater, episode_id]))

"""What the Label page asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import polars as pl

from engine.contracts import MessageSpec
from engine.evals.judge.rubric import Criterion, Rubric
from workbench.bootstrap.agreement import Agreement, agreement
from workbench.bootstrap.labelling import Item, ItemKey, queue, selected_runs
from workbench.bootstrap.references import Reference, References
from workbench.bootstrap.rubrics import OVERALL, Rubrics, find_rubric
from workbench.dashboards.rating_state import RatingState, next_open
from workbench.store import Store
from workbench.store.queries import facts, ratings


@dataclass(frozen=True, slots=True)
class Question:
    """One question about one answer as the rater sees it: nothing says whose answer it is."""

    place: int
    """From 1, in the rater's order."""
    task_id: str
    asked: tuple[MessageSpec, ...]
    answer: str | None
    criterion: Criterion
    reference: Reference
    own: dict[str, Any] | None
    """What this rater has said of it, a row of `ratings`; null: nothing yet."""


@dataclass(frozen=True, slots=True)
class RatingNumbers:
    """The queue, how far its rater has come, and the question on the page."""

    suite: str
    suites: list[str]
    runs: int
    """Whose answers are mixed."""
    rubric: Rubric
    rubrics: list[str]
    """The names of all that can be asked of these answers, `overall` first."""
    items: tuple[Item, ...]
    own: dict[ItemKey, dict[str, Any]]
    at: ItemKey | None
    """The question on the page; null: none is left, or nobody rates yet."""
    question: Question | None
    agreement: Agreement | None
    """Over this queue; null until this rater has answered every question."""
    first: Agreement | None
    """The same of first words: before anything was talked over."""

    @property
    def keys(self) -> tuple[ItemKey, ...]:
        """The questions in the rater's order."""
        return tuple(item.key for item in self.items)

    @property
    def latest(self) -> ItemKey | None:
        """The question that this rater answered last."""
        return max(self.own, key=lambda key: self.own[key]["rated_at"], default=None)

    @property
    def differing(self) -> frozenset[ItemKey]:
        """The questions on which raters differ, as far as they may be seen."""
        if self.agreement is None:
            return frozenset()
        apart = self.agreement.disagreements.select("episode_id", "criterion")
        return frozenset(ItemKey(*row) for row in apart.iter_rows())


def load_rating(
    store: Store,
    state: RatingState,
    rubrics: Rubrics,
    references: References,
) -> RatingNumbers:
    """The rater's queue as it stands; raises `NotFound` or `BadInput` for a bad selection."""
    with store.at_one_moment() as now:
        return _load(now, state, rubrics, references)


def _load(
    store: Store, state: RatingState, rubrics: Rubrics, references: References
) -> RatingNumbers:
    chosen = selected_runs(store, state.selection())
    runs = chosen.run_ids
    offered = rubrics.of(runs)
    selection = state.selection(find_rubric(state.rubric, offered))
    items = {item.key: item for item in queue(store, selection, state.rater, runs)}
    asked = partial(ratings.standing, store.lake, rubric_hash=selection.rubric.hash, run_ids=runs)
    in_queue = pl.col("episode_id").is_in({key.episode_id for key in items})
    of_queue = asked().filter(in_queue)
    own = {
        key: row
        for row in of_queue.filter(rater=state.rater).to_dicts()
        if (key := ItemKey(row["episode_id"], row["criterion"])) in items
    }
    at = _at(state, list(items), own)
    through = bool(items) and len(own) == len(items)
    question = None
    if at is not None:
        place = list(items).index(at) + 1
        about = _About(place, selection.rubric.criterion(at.criterion), own.get(at))
        question = _question(store, items[at], about, references)
    return RatingNumbers(
        suite=chosen.suite,
        suites=list(chosen.suites),
        runs=len(runs),
        rubric=selection.rubric,
        rubrics=sorted(offered, key=lambda name: (name != OVERALL.name, name)),
        items=tuple(items.values()),
        own=own,
        at=at,
        question=question,
        agreement=agreement(of_queue) if through else None,
        first=agreement(asked(first=True).filter(in_queue)) if through else None,
    )


def _at(state: RatingState, keys: list[ItemKey], own: Mapping[ItemKey, Any]) -> ItemKey | None:
    if not state.rater:
        return None
    return state.at if state.at in keys else next_open(keys, own, None)


class _About(NamedTuple):
    place: int
    criterion: Criterion
    own: dict[str, Any] | None


def _question(store: Store, item: Item, about: _About, references: References) -> Question:
    return Question(
        **about._asdict(),
        task_id=item.task_id,
        asked=_asked(store, item.episode_id),
        answer=item.answer,
        reference=references.of(item.run_id, item.task_id),
    )


def _asked(store: Store, episode_id: str) -> tuple[MessageSpec, ...]:
    """What the task put to the agent, without the instructions, which may name the agent."""
    first = facts.first_step(store.lake, episode_id)
    messages = first.messages if first is not None and first.kind == "input" else ()
    return tuple(message for message in messages if message.role != "system")

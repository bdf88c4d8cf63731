"""What the Escalations page asks."""

from dataclasses import dataclass

import polars as pl

from engine.contracts import Escalation, Step
from workbench.store import Store
from workbench.store.queries import facts
from workbench.store.waitlist import resolve_wait

_PAST = 20
"""Decided and done ones that are listed."""
_TAIL = 4
"""Steps before the wait that are shown."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One wait, with the steps that led there."""

    wait: Escalation
    evidence: tuple[Step, ...]
    """The steps that a guard's verdict points at."""
    latest: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class EscalationNumbers:
    """What waits, what is on its way, and what was."""

    waiting: pl.DataFrame
    past: pl.DataFrame
    """Decided ones, the latest first."""
    chosen: Chosen | None


def load_escalations(store: Store, text: str) -> EscalationNumbers:
    """All of it, with the wait of that id where one is named; raises `NotFound` or `BadInput`."""
    listed = store.escalations()
    past = listed.filter(pl.col("state") != "waiting").sort("decided_at", descending=True)
    return EscalationNumbers(
        waiting=listed.filter(pl.col("state") == "waiting"),
        past=past.head(_PAST),
        chosen=_chosen(store, text) if text else None,
    )


def _chosen(store: Store, text: str) -> Chosen:
    wait = resolve_wait(store.waits, text)
    steps = facts.steps(store.lake, wait.episode_id)
    before = [step for step in steps if step.started_at <= wait.parked_at]
    shown = wait.wait.verdict.evidence if wait.wait.verdict else ()
    evidence = tuple(step for step in steps if step.index in shown)
    return Chosen(wait, evidence, tuple(before[-_TAIL:]))

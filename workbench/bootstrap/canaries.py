"""The trials of a home, and what is told of them in the lake."""

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from engine.clock import SystemClock
from engine.contracts import Audit, Canaries, CanaryCause, CanaryChange, CanaryState
from engine.routing.course import Placing
from engine.routing.trials import Trials
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.append import append_fact
from workbench.store.canaries import SqlCanaries
from workbench.store.queries.trial_outcomes import ended, trial_outcomes

FILE: Final = "canaries.sqlite"
_TRIALS: Final = 1_000
"""Latest trials whose outcomes are counted."""
_OLDEST_S: Final = 7 * 86_400.0
"""How long ago an episode may have ended that is counted without its run being asked for."""
_LATE_S: Final = 86_400.0
"""How long after a rollback those that come late are still counted as such."""
_DONE: Final = {
    CanaryState.RUNNING: "resume",
    CanaryState.INCONCLUSIVE: "pause",
    CanaryState.PROMOTED: "promote",
    CanaryState.ROLLED_BACK: "roll back",
}
"""What a person does that ends in a state."""


def canaries_of(settings: Settings) -> SqlCanaries:
    """Where trials are kept: on the server of a shared catalogue, otherwise in a file of home."""
    if settings.catalogue:
        return SqlCanaries.postgres(settings.catalogue.removeprefix("postgres:"))
    return SqlCanaries.sqlite(Path(settings.home) / FILE)


@contextmanager
def trials_of(settings: Settings, store: Store) -> Iterator[tuple[Canaries, Trials]]:
    """The trials and what leads them, once all outcomes are counted and all changes told."""
    with closing(canaries_of(settings)) as canaries:
        trials = Trials(canaries, SystemClock())
        count(trials, canaries, store, _still_counted(canaries))
        yield canaries, trials
        tell(trials, store)


@contextmanager
def places_of(settings: Settings) -> Iterator[Placing]:
    """What says where a request belongs in the trials; nothing is opened before it is asked."""
    with closing(canaries_of(settings)) as canaries:
        yield Trials(canaries, SystemClock()).place


def count(
    trials: Trials,
    canaries: Canaries,
    store: Store,
    ids: Collection[str],
    run_id: str | None = None,
) -> None:
    """Count what became of conversations in these trials, of one run or of all, and tell of it.

    Each counts once, whoever counts, and however often they are killed. Of all runs those are
    looked at that ended in the past week.
    """
    week_ago = datetime.fromtimestamp(SystemClock().now() - _OLDEST_S, UTC).replace(tzinfo=None)
    since = week_ago if run_id is None else None
    for canary_id in ids:
        known = ended(store.lake, canary_id, run_id=run_id, since=since)
        fresh = set(known) - set(canaries.counted(canary_id, known))
        if fresh:
            trials.observe(trial_outcomes(store.lake, canary_id, fresh, run_id))
    tell(trials, store)


def _still_counted(canaries: Canaries) -> list[str]:
    since = SystemClock().now() - _LATE_S
    return [
        one.canary_id
        for one in canaries.listed(_TRIALS)
        if one.state is not CanaryState.ROLLED_BACK or one.changed_at >= since
    ]


def tell(trials: Trials, store: Store) -> int:
    """Write what changed into the lake, each change once; gives how many there were."""
    return trials.tell(lambda change: _write(change, store))


def _write(change: CanaryChange, store: Store) -> None:
    """The change, a person's act as an audit row too; what landed before a kill is not repeated."""
    kept = f"canary-{change.change_id}"
    if not store.lake.has_commit(kept):
        append_fact(store.lake, change, kept)
    by_hand = change.cause is CanaryCause.HAND or change.before is None
    name = f"audit-canary-{change.change_id}"
    if by_hand and not store.lake.has_commit(name):
        append_fact(store.lake, _audit(change), name)


def _audit(change: CanaryChange) -> Audit:
    return Audit(
        tenant=change.tenant,
        run_id="",
        episode_id="",
        subject=change.canary_id,
        action=f"canary {_DONE[change.after] if change.before else 'start'}",
        author=change.author,
        details={
            "before": change.before and change.before.value,
            "share": change.share,
            "note": change.note,
            "evidence": [one.model_dump(mode="json") for one in change.evidence],
        },
        acted_at=change.changed_at,
    )

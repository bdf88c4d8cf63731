"""The trials of a home, and what is told of them in the lake."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from engine.clock import SystemClock
from engine.contracts import Audit, Canaries, CanaryCause, CanaryChange, CanaryState
from engine.routing.trials import Trials
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.append import append_fact
from workbench.store.canaries import SqlCanaries

FILE: Final = "canaries.sqlite"
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
    """The trials and what leads them; what others left untold is told first, ours at the end."""
    canaries = canaries_of(settings)
    trials = Trials(canaries, SystemClock())
    try:
        tell(trials, store)
        yield canaries, trials
        tell(trials, store)
    finally:
        canaries.close()


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

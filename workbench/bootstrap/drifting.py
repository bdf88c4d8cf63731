"""Whether a router's requests are still those that its classifier was trained on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import polars as pl

from engine.contracts import DriftReport, DriftState, RouterModel
from engine.routing.drift import arrived, report, turned_out
from engine.routing.model_file import read_model
from workbench.bootstrap.router import classifier_file
from workbench.store import Lake
from workbench.store.queries import routing

WINDOW: Final = 1_000
"""Latest decisions whose features are compared with those of training."""
_EPISODES: Final = 5_000
_AT_ONCE: Final = 10
"""Outcomes that stakes are set for by those before them."""
MARGIN: Final = 0.05
"""Points by which chances may be off on average before that counts."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What was compared, and what it shows."""

    router: str
    classifier: str
    decisions: int
    """Of the classifier, whose features were compared; the latest ones."""
    report: DriftReport


def drift_in(home: Path, lake: Lake, router: str, window: int = WINDOW) -> Drift | None:
    """A router's drift since the home's classifier was trained; null: none was.

    Raises `BadInput` where its file is unusable.
    """
    path = classifier_file(home)
    return None if path is None else drift(lake, router, read_model(path), window)


def drift(lake: Lake, router: str, model: RouterModel, window: int = WINDOW) -> Drift:
    """Hold a router's latest decisions by this classifier against what it was trained on.

    Features by their distribution, which early exits have no part in: they read none. Chances by
    what came of them, episode by episode in the order in which they began.
    """
    seen = routing.features_seen(lake, router, model.digest, window)
    state = DriftState(window=10**7, features=model.seen, margin=MARGIN)
    for features in seen:
        state = arrived(state, features).state
    led = _held(routing.episodes(lake, router=router, limit=_EPISODES), model.digest)
    for first in range(0, len(led), _AT_ONCE):
        some = led[first : first + _AT_ONCE]
        state = turned_out(state, [chance for chance, _ in some], [right for _, right in some])
    return Drift(router, model.digest, len(seen), report(state))


def _held(led: pl.DataFrame, classifier: str) -> list[tuple[float, bool]]:
    """Chance and outcome of each episode that one tier answered, the oldest first."""
    known = led.filter(
        pl.col("tier").is_not_null()
        & pl.col("probability").is_not_null()
        & pl.col("passed").is_not_null()
        & ~pl.col("locked")
    ).reverse()
    rows = known.select("routing", "probability", "passed").iter_rows()
    return [
        (chance, passed)
        for text, chance, passed in rows
        if orjson.loads(text)["decision"].get("classifier") == classifier
    ]

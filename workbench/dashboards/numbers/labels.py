"""Tags and notes of a run or an episode, and who put them there or took them away."""

from dataclasses import dataclass

import polars as pl

from workbench.store import Store
from workbench.store.queries import labels


@dataclass(frozen=True, slots=True)
class LabelNumbers:
    """What stands now, and everything that was ever done to it."""

    standing: pl.DataFrame
    history: pl.DataFrame


def load_labels(store: Store, run_id: str, episode_id: str | None) -> LabelNumbers:
    """The episode's labels, or the run's own where no episode is named."""
    own = pl.lit(episode_id).eq_missing(pl.col("episode_id"))
    return LabelNumbers(
        standing=labels.of_run(store.lake, run_id).filter(own),
        history=store.labels(run=run_id).filter(own).sort("labelled_at", descending=True),
    )

"""All metrics of `bench reliability`, part by part."""

from collections.abc import Callable, Iterator
from typing import Final

from pipelines.bench.reliability import journal, overhead, rivals, trial
from pipelines.bench.result import Options, Result

Part = Callable[[Options], Iterator[Result]]

PARTS: Final[tuple[Part, ...]] = (
    overhead.measure,
    trial.measure,
    journal.measure,
    rivals.measure,
)
"""Each gives the metrics of one subject."""


def measure(options: Options) -> list[Result]:
    """Each part's metrics, in its order."""
    return [result for part in PARTS for result in part(options)]

"""All metrics of `bench judges`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.errors import NotFound
from pipelines.bench.judges.llmbar import PairSet, read_pairs
from pipelines.bench.judges.on_jury import on_natural, on_neighbor
from pipelines.bench.judges.published import is_equal, label_kappa, statistics
from pipelines.bench.result import Options, Result

_METRICS: Final = {
    "statistics_recomputed": "share",
    "jury_minus_majority_natural": "accuracy points",
    "jury_minus_best_natural": "accuracy points",
    "jury_minus_best_transfer": "accuracy points",
}


def measure(options: Options) -> list[Result]:
    """Each metric, or null with what is missing; raises `BadInput` where a file is damaged."""
    missing = "needs llmbar: --data PATH, or WORKBENCH_TEST_DATA"
    if options.data is not None:
        try:
            return list(_on(_home(options.data)))
        except NotFound as error:
            missing = str(error)
    return [Result(metric, None, unit, missing) for metric, unit in _METRICS.items()]


def _home(data: Path) -> Path:
    """The folder of public data, or that of the set itself."""
    return data if (data / "Natural").exists() else data / "llmbar"


def _on(home: Path) -> Iterator[Result]:
    natural, neighbor = (read_pairs(home, part) for part in ("natural", "neighbor"))
    yield _recomputed(natural, neighbor)
    yield from on_natural(natural)
    yield from on_neighbor(natural, neighbor)


def _recomputed(*sets: PairSet) -> Result:
    runs = [(pairs.labels, run) for pairs in sets for run in pairs.runs]
    made = [(labels, run, statistics(run, labels)) for labels, run in runs]
    equal = sum(is_equal(ours, run.published) for _, run, ours in made)
    kappas = [(label_kappa(run, labels), ours["kappa_average"]) for labels, run, ours in made]
    meant, published = (sum(values) / len(made) for values in zip(*kappas, strict=True))
    note = (
        f"{equal} of {len(made)} files, counts to the letter; the published kappas take a verdict "
        f"for the second answer as 0 where its label is 2: {published:.3f} in the mean, "
        f"{meant:.3f} where verdict and label are coded alike"
    )
    return Result("statistics_recomputed", equal / len(made), "share", note)

"""The metrics of one recorded set, with every baseline beside the router."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from pipelines.bench.result import Result
from pipelines.bench.router.curve import cpt
from pipelines.bench.router.routellm import STRONG, WEAK, RecordedSet
from pipelines.bench.router.trials import SEEDS, Trial, areas, gain, mean_of, run


class Plan(NamedTuple):
    """How a set is measured, and what others report of it."""

    labels: int
    published: str
    lower_end: bool
    """Whether the gain over length is given by the lower end of its interval."""


PLANS: Final = {
    "mmlu": Plan(1500, "published best 0.603", lower_end=True),
    "gsm8k": Plan(400, "published best 0.622, next 0.568", lower_end=False),
}
_AREAS: Final = {
    "random": "{}_random_apgr",
    "length": "{}_length_only_apgr",
    "lexical": "{}_apgr@lexical_only",
    "oracle": "{}_apgr@oracle",
}
METRICS: Final = {
    **dict.fromkeys(("{}_apgr", "{}_gain_over_length", *_AREAS.values()), "APGR"),
    "{}_ece": "share",
    "{}_cpt50": "share of strong calls",
    "{}_cpt80": "share of strong calls",
    "{}_accuracy@all_weak": "share",
    "{}_accuracy@all_strong": "share",
    "{}_accuracy@oracle": "share",
}
"""Metrics of each set, and their units."""


def trials_of(found: RecordedSet) -> list[Trial]:
    """One for each seed."""
    return [run(found, PLANS[found.name].labels, seed) for seed in SEEDS]


def on_set(found: RecordedSet, trials: Sequence[Trial]) -> Iterator[Result]:
    """The router's figures, then the baselines'."""
    name, plan = found.name, PLANS[found.name]
    own = areas(found, trials, "router")
    yield Result(
        f"{name}_apgr",
        float(own.mean()),
        "APGR",
        f"sd {own.std(ddof=1):.3f} over seeds 0-4; with {plan.labels} in-domain labels, "
        f"{len(trials[0].held)} rows held out, {found.left_out} contaminated left out; "
        f"{plan.published} (trained on other data)",
    )
    yield _gain(found, trials, plan)
    for router, metric in _AREAS.items():
        values = areas(found, trials, router)
        yield Result(
            metric.format(name), float(values.mean()), "APGR", f"sd {values.std(ddof=1):.3f}"
        )
    error, deviation = mean_of(trials, lambda trial: trial.ece)
    note = f"sd {deviation:.3f}; held out, 10 bins, the worse of both models in each seed"
    yield Result(f"{name}_ece", error, "share", note)
    yield from (_calls(found, trials, gap) for gap in (0.5, 0.8))
    yield from _alone(found)


def _gain(found: RecordedSet, trials: Sequence[Trial], plan: Plan) -> Result:
    mean, low, high = gain(found, trials, "router", "length")
    over, least, most = gain(found, trials, "router", "lexical")
    note = (
        f"{mean:+.3f}, paired 95 % interval {low:+.3f} to {high:+.3f}; "
        f"over lexical alone {over:+.3f} ({least:+.3f} to {most:+.3f})"
    )
    value = low if plan.lower_end else mean
    return Result(f"{found.name}_gain_over_length", value, "APGR points", note)


def _calls(found: RecordedSet, trials: Sequence[Trial], gap: float) -> Result:
    def share(router: str) -> float:
        right = [(found.right(WEAK)[t.held], found.right(STRONG)[t.held]) for t in trials]
        shares = [cpt(t.scores[router], *of, gap) for t, of in zip(trials, right, strict=True)]
        return float(np.mean(shares))

    note = f"{gap:.0%} of the gap; length only {share('length'):.3f}, random {share('random'):.3f}"
    unit = "share of strong calls"
    return Result(f"{found.name}_cpt{100 * gap:.0f}", share("router"), unit, note)


def _alone(found: RecordedSet) -> Iterator[Result]:
    weak, strong = found.right(WEAK), found.right(STRONG)
    note = f"all {len(weak)} rows"
    for name, right in (
        ("all_weak", weak),
        ("all_strong", strong),
        ("oracle", np.maximum(weak, strong)),
    ):
        yield Result(f"{found.name}_accuracy@{name}", float(right.mean()), "share", note)

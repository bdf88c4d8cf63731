"""Simulated canaries: how often a healthy one is rolled back, and how soon a bad one is.

A thousand trials at once, as arrays, looked at every 50 requests with the formulas, weights and
limits that the engine's own trials use. Outcomes are drawn: quality passes or fails, errors, and
latency and cost with a long tail.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from engine.contracts import Canary, CanaryPolicy, Metric
from engine.contracts.canary import METRICS
from engine.routing.canary_evidence import limit
from engine.statistics import wilson_interval
from engine.statistics.betting import Guess, Numbers, difference, extremes, growth, stake
from pipelines.bench.result import Result

RUNS: Final = 1_000
SHARE: Final = 0.10
LOOK: Final = 50
REQUESTS: Final = 10_000
FULL_REQUESTS: Final = 40_000
PASS_RATES: Final = (0.50, 0.80, 0.95)
DROP: Final = 0.10
POLICY: Final = CanaryPolicy(share=SHARE)
_TRIAL: Final = Canary(
    canary_id="simulated",
    router="simulated",
    tier="canary",
    baseline="control",
    tenants=("one",),
    policy=POLICY,
    share=SHARE,
    created_at=0.0,
    changed_at=0.0,
    stage_at=0.0,
    since=0.0,
)
"""What each of the trials is; its limits hold for all."""
_ERRORS: Final = 0.02
_PEEKING_Z: Final = 1.645
"""One-sided 5 % of a test that is meant to be looked at once."""

Flags = npt.NDArray[np.bool_]
Draw = Callable[[np.random.Generator, Flags], dict[Metric, Numbers]]


@dataclass(slots=True)
class Arms:
    """One metric in all trials: counts of both arms, and the bets."""

    metric: Metric
    count: Numbers
    harm: Numbers
    bets: Numbers
    log_e: Numbers

    @classmethod
    def of(cls, metric: Metric, runs: int = RUNS) -> Self:
        """Nothing seen yet."""
        shapes = ((2, runs), (2, runs), (3, runs), runs)
        return cls(metric, *(np.zeros(shape) for shape in shapes))

    def see(self, harm: Numbers, treated: Flags) -> None:
        """Bet on one look's outcomes, then count them; a row a trial."""
        control = self.harm[0] / np.maximum(self.count[0], 1)
        canary = (self.harm[1] + control) / (self.count[1] + 1)
        guess, share = Guess(canary[:, None], control[:, None]), np.full(harm.shape, SHARE)
        ratio = {"latency": POLICY.latency_ratio, "cost": POLICY.cost_ratio}.get(self.metric) or 1.0
        values = difference(harm, treated, share, guess, ratio)
        low, _ = extremes(share, guess, ratio)
        count, total, squares = self.bets[:, :, None]
        stakes = stake(count, total, squares, -low)
        self.log_e += growth(stakes, values).sum(1)
        seen = np.full(len(harm), float(harm.shape[1]))
        self.bets += np.stack([seen, values.sum(1), (values**2).sum(1)])
        for arm, own in enumerate((~treated, treated)):
            self.count[arm] += own.sum(1)
            self.harm[arm] += (harm * own).sum(1)

    def z(self) -> Numbers:
        """The two-sample z of canary less control; 0 where there is no spread yet."""
        mean = self.harm / np.maximum(self.count, 1)
        spread = np.sqrt((mean * (1 - mean) / np.maximum(self.count, 1)).sum(0))
        apart = np.asarray(mean[1] - mean[0], dtype=float)
        return np.asarray(np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0))


@dataclass(frozen=True, slots=True)
class Seen:
    """For each trial the canary requests at its rollback; -1: there was none."""

    ours: Numbers
    peeking: Numbers


def drawn(drop: float, pass_rate: float) -> Draw:
    """Outcomes of trials whose canary passes `drop` less often and is the same otherwise."""

    def draw(rng: np.random.Generator, treated: Flags) -> dict[Metric, Numbers]:
        fails = 1 - pass_rate + drop * treated
        return {
            "quality": (rng.random(treated.shape) < fails).astype(float),
            "error": (rng.random(treated.shape) < _ERRORS).astype(float),
            "latency": _long_tailed(rng, treated.shape),
            "cost": _long_tailed(rng, treated.shape),
        }

    return draw


def simulated(draw: Draw, requests: int, seed: int) -> Seen:
    """Run all trials, each to its end though it may have been rolled back before."""
    rng = np.random.default_rng(seed)
    arms = [Arms.of(metric) for metric in METRICS]
    limits = np.array([limit(_TRIAL, metric) for metric in METRICS])[:, None]
    ours, peeking = np.full(RUNS, -1.0), np.full(RUNS, -1.0)
    for _ in range(requests // LOOK):
        treated = rng.random((RUNS, LOOK)) < SHARE
        found = draw(rng, treated)
        for one in arms:
            one.see(found[one.metric], treated)
        canary = arms[0].count[1]
        may = canary >= POLICY.rollback_min
        evident = (np.array([one.log_e for one in arms]) >= limits).any(0)
        _note(ours, may & evident, canary)
        _note(peeking, may & (arms[0].z() > _PEEKING_Z), canary)
        if (ours >= 0).all() and (peeking >= 0).all():
            break
    return Seen(ours, peeking)


def measure(full: bool) -> list[Result]:  # noqa: FBT001 - as the bench asks
    """The rows of the canary, each the worst of its pass rates; `full` has longer trials."""
    requests = FULL_REQUESTS if full else REQUESTS
    healthy = {rate: simulated(drawn(0.0, rate), requests, seed=0) for rate in PASS_RATES}
    worse = {rate: simulated(drawn(DROP, rate), requests, seed=1) for rate in PASS_RATES}
    of = f"simulated: {RUNS:,} canaries of {requests:,} requests, {SHARE:.0%} share, "
    of += f"a look every {LOOK}"
    ours, peeking = f"{of}; all four metrics tested", f"{of}; one-sided z-test of quality"
    return [
        _worst("canary_false_rollback", {r: one.ours for r, one in healthy.items()}, max, ours),
        _worst(
            "canary_false_rollback@peeking",
            {rate: one.peeking for rate, one in healthy.items()},
            max,
            peeking,
        ),
        _worst("canary_detect_10pt", {r: one.ours for r, one in worse.items()}, min, ours),
        _worst(
            "canary_detect_10pt@peeking", {r: one.peeking for r, one in worse.items()}, min, peeking
        ),
    ]


def _worst(
    metric: str, hits: dict[float, Numbers], worst: Callable[..., float], note: str
) -> Result:
    """The worst cell, with its interval, and all of them in the note."""
    shares = {rate: float((found >= 0).mean()) for rate, found in hits.items()}
    value = worst(shares.values())
    low, high = wilson_interval(round(value * RUNS), RUNS)
    cells = [f"pass {rate:.0%}: {shares[rate]:.3f}, {_soon(hits[rate])}" for rate in hits]
    said = f"worst of {'; '.join(cells)}; its 95 % interval {low:.3f} to {high:.3f}; {note}"
    return Result(metric, value, "share", said)


def _soon(hits: Numbers) -> str:
    found = hits[hits >= 0]
    if not len(found):
        return "never"
    median, late = np.quantile(found, [0.5, 0.95])
    return f"median after {median:.0f} canary requests, 95 % within {late:.0f}"


def _note(first: Numbers, now: Flags, canary: Numbers) -> None:
    new = now & (first < 0)
    first[new] = canary[new]


def _long_tailed(rng: np.random.Generator, shape: Sequence[int]) -> Numbers:
    """Lognormal with a mean of a tenth of the cap, as the engine sets it."""
    sigma = 0.8
    mean = 1 / POLICY.cap_times
    return np.asarray(np.minimum(mean * np.exp(rng.normal(-(sigma**2) / 2, sigma, shape)), 1.0))

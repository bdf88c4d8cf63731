"""What a learning policy loses against the best fixed tier, and whether its evaluation holds.

Replay: RouteLLM's rows, in which both answers are judged, in a seeded order; a policy sees a
row's prompt and, of the tier it chose alone, whether that passed. Coverage: simulated logs of a
policy whose value is known.
"""

import gzip
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import fmean, stdev
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from engine.contracts import LoggedChoice
from engine.routing.bandit import EpsilonGreedy, LinearBandit, Thompson
from engine.routing.off_policy import evaluate
from engine.statistics import wilson_interval
from pipelines.bench.result import Options, Result
from pipelines.bench.router.routellm import SETS, home_of

Numbers = npt.NDArray[np.float64]

ARMS: Final = ("weak", "strong")
SEEDS: Final = range(5)
PRICES: Final = {"": 0.5, "_even": 1.0}
"""Of the strong tier, as a part of its lead in passes: it stays ahead, and it does not."""
ROWS: Final = 3_000
"""Of each set and seed; all of them with `--full`."""
LOGS: Final = 250
LOG_ROWS: Final = 600
_UNIT: Final = "reward lost per 1,000 requests, to the better fixed tier"


class Row(NamedTuple):
    """A prompt as numbers, and what each tier's answer is worth."""

    context: Numbers
    rewards: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Replayed:
    """Mean reward a request of each policy, in one seeded order."""

    bandits: Mapping[str, float]
    fixed: tuple[float, float]
    uniform: float
    oracle: float


def measure(options: Options) -> list[Result]:
    """Regret a thousand requests on both sets, and coverage of the off-policy intervals."""
    rows = [result for name in SETS for result in _regret(name, options)]
    return rows + coverage(LOGS * (5 if options.full else 1))


def replayed(rows: Sequence[Row], seed: int) -> Replayed:
    """Each policy over the same rows in the same order."""
    bandits = {
        "thompson": _earned(Thompson(len(rows[0].context)), rows, seed),
        "epsilon_greedy": _earned(EpsilonGreedy(len(rows[0].context), explore=0.1), rows, seed),
    }
    worth = np.array([row.rewards for row in rows])
    weak, strong = worth.mean(axis=0)
    return Replayed(
        bandits=bandits,
        fixed=(float(weak), float(strong)),
        uniform=float(worth.mean()),
        oracle=float(worth.max(axis=1).mean()),
    )


def context_of(prompt: str) -> Numbers:
    """A prompt's length and its kinds of characters, each of about the size of 1."""
    size = max(len(prompt), 1)
    words = prompt.split()
    shares = [
        sum(map(test, prompt)) / size for test in (str.isdigit, str.isupper, _is_sign, str.isspace)
    ]
    return np.array(
        [
            1.0,
            math.log1p(size) / 6,
            math.log1p(len(words)) / 4,
            fmean(map(len, words)) / 6 if words else 0.0,
            math.log1p(prompt.count("\n")) / 2,
            *(10 * share for share in shares),
        ]
    )


def _regret(name: str, options: Options) -> Iterator[Result]:
    """Of each policy against the better of the two fixed tiers; below 0 it earned more."""
    path = options.data and home_of(options.data) / f"{name}.jsonl.gz"
    for suffix, part in PRICES.items():
        metric = f"bandit_regret_{name}{suffix}"
        if path is None or not path.exists():
            yield Result(metric, None, _UNIT, "needs the public set routellm: --data")
            continue
        rows, price = _read(path, part)
        count = len(rows) if options.full else min(ROWS, len(rows))
        found = [replayed(Random(seed).sample(rows, count), seed) for seed in SEEDS]
        how = f"{count:,} rows a seed, seeds 0-4; a pass is 1, the strong tier costs {price:.3f}"
        yield from _lost(metric, found, how)


def _lost(metric: str, found: Sequence[Replayed], how: str) -> Iterator[Result]:
    ways: dict[str, Callable[[Replayed], float]] = {
        "": lambda one: one.bandits["thompson"],
        "@epsilon_greedy": lambda one: one.bandits["epsilon_greedy"],
        "@uniform": lambda one: one.uniform,
        "@oracle": lambda one: one.oracle,
    }
    for way, earned in ways.items():
        lost = [1_000 * (max(one.fixed) - earned(one)) for one in found]
        note = f"deviation {stdev(lost):.1f} over seeds; {how}"
        yield Result(f"{metric}{way}", fmean(lost), _UNIT, note)


def _read(path: Path, part: float) -> tuple[list[Row], float]:
    """Rows in the file's order, and the price of the strong tier."""
    with gzip.open(path) as file:
        read = [orjson.loads(line) for line in file]
    gap = fmean(row["strong_ok"] for row in read) - fmean(row["weak_ok"] for row in read)
    price = part * gap
    rows = [
        Row(context_of(row["prompt"]), (float(row["weak_ok"]), row["strong_ok"] - price))
        for row in read
    ]
    return rows, price


def _earned(policy: LinearBandit, rows: Sequence[Row], seed: int) -> float:
    rng, total = Random(seed), 0.0
    for row in rows:
        arm = policy.choose(row.context, ARMS, rng).arm
        reward = row.rewards[ARMS.index(arm)]
        policy.update(row.context, arm, reward)
        total += reward
    return total / len(rows)


class Known:
    """A policy that prefers the strong tier the more, the greater the second number."""

    def __init__(self, slope: float) -> None:
        self._slope = slope

    def probabilities(self, context: Numbers, arms: Sequence[str]) -> Numbers:
        """By a logistic function."""
        strong = 0.02 + 0.96 / (1 + math.exp(-self._slope * float(context[1])))
        return np.array([strong if arm == "strong" else 1 - strong for arm in arms])


def coverage(logs: int) -> list[Result]:
    """How often the 95 % intervals hold the value, which is known to four digits."""
    target = Known(4.0)
    true = fmean(_value(target, second) for second in np.linspace(-1, 1, 20_001))
    inside = dict.fromkeys(("ips", "snips", "dr"), 0)
    widths: dict[str, list[float]] = {name: [] for name in inside}
    for seed in range(logs):
        found = evaluate(list(_log(Known(-1.0), Random(seed))), target)
        for name, one in found.estimates.items():
            inside[name] += one.low <= true <= one.high
            widths[name].append(one.high - one.low)
    how = f"simulated: {logs} logs of {LOG_ROWS} rows, true value {true:.4f}"
    return [_covered(name, count, widths[name], how) for name, count in inside.items()]


def _covered(name: str, count: int, widths: Sequence[float], how: str) -> Result:
    low, high = wilson_interval(count, len(widths))
    note = f"of 95 % intervals, mean width {fmean(widths):.3f}; 95 % {low:.2f} to {high:.2f}; {how}"
    return Result(f"off_policy_coverage_{name}", count / len(widths), "share", note)


def _log(policy: Known, rng: Random) -> Iterator[tuple[LoggedChoice, float]]:
    for number in range(LOG_ROWS):
        second = rng.uniform(-1, 1)
        chances = policy.probabilities(np.array([1.0, second]), ARMS)
        at = rng.choices((0, 1), weights=chances.tolist())[0]
        choice = LoggedChoice(
            decision_id=f"d{number}",
            arm=ARMS[at],
            arms=ARMS,
            propensity=float(chances[at]),
            context=(1.0, second),
            chosen_at=0.0,
        )
        yield choice, float(rng.random() < _passes(ARMS[at], second))


def _value(policy: Known, second: float) -> float:
    chances = policy.probabilities(np.array([1.0, second]), ARMS)
    return float(sum(chances[at] * _passes(arm, second) for at, arm in enumerate(ARMS)))


def _passes(arm: str, second: float) -> float:
    """No linear function: the doubly robust model is wrong, as models are."""
    return 0.5 + 0.4 * math.sin(2 * second) * (1 if arm == "strong" else -1)


def _is_sign(character: str) -> bool:
    return not character.isalnum() and not character.isspace()

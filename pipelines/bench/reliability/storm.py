"""A simulation, not a measurement: clients that try again while their server is out, and after.

An open loop of clients whose calls come at random (Poisson), each with retries as the policy and
its client's budget allow, and a server of bounded capacity. What is simulated with is the engine's
own: `Course` decides each wait, `RetryBudget` each retry. Assumed are the server's answers: all
fail while it is out; later those fail for which it has no capacity, and refusing one takes a share
of the work of serving it.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any, Final

import polars as pl

from engine.contracts import RetryBudgetPolicy, RetryPolicy
from engine.errors import ModelUnavailable
from engine.reliability.retry import Course, says_retryable
from engine.reliability.retry_budget import RetryBudget

_FAILED: Final = ModelUnavailable("no answer")
_Event = tuple[float, int, int, Course | None]
"""When, in which order, of which client, and of which call; null: a new one."""
_SLACK_S: Final = 0.1
"""Work that may wait at the server, in seconds of its capacity."""
_NEVER: Final = RetryPolicy(attempts=1)
SCHEMA: Final = {
    "arm": pl.String,
    "second": pl.Int64,
    "calls": pl.Int64,
    "attempts": pl.Int64,
    "well": pl.Int64,
    "failed": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class World:
    """Clients, server and outage; times in seconds."""

    clients: int = 1_000
    calls_per_s: float = 1.0  # of each client
    capacity_per_s: float = 1_300.0
    refusal_cost: float = 0.3  # work of a refusal, as a share of the work of an answer
    latency_s: float = 0.05
    outage: tuple[float, float] = (20.0, 50.0)
    until_s: float = 90.0


@dataclass(slots=True)
class _Server:
    world: World
    _work: float = 0.0
    _at: float = 0.0

    def answers(self, now: float) -> bool:
        """Whether an attempt that comes now succeeds."""
        world = self.world
        if world.outage[0] <= now < world.outage[1]:
            return False
        self._work = max(0.0, self._work - (now - self._at) * world.capacity_per_s)
        self._at = now
        served = self._work + 1 <= world.capacity_per_s * _SLACK_S
        cost = 1.0 if served else world.refusal_cost
        self._work = min(self._work + cost, world.capacity_per_s)
        return served


@dataclass(slots=True)
class _Second:
    calls: int = 0
    attempts: int = 0
    well: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Arm:
    """One way to retry, over the whole time."""

    world: World
    policy: RetryPolicy
    rng: Random
    budgets: list[RetryBudget] | None
    seconds: dict[int, _Second] = field(default_factory=dict)
    _order: Iterator[int] = field(default_factory=count)

    def run(self) -> None:
        """Let calls come, and follow each to its end."""
        server = _Server(self.world)
        events: list[_Event] = [
            (self._gap(), next(self._order), client, None) for client in range(self.world.clients)
        ]
        heapq.heapify(events)
        while events:
            now, _, client, course = heapq.heappop(events)
            if course is None:  # and the client's next one comes later
                if now >= self.world.until_s:
                    continue
                heapq.heappush(events, (now + self._gap(), next(self._order), client, None))
                course = self._call(client, now)
            again_at = self._attempt(server, course, now)
            if again_at is not None:
                heapq.heappush(events, (again_at, next(self._order), client, course))

    def _gap(self) -> float:
        return self.rng.expovariate(self.world.calls_per_s)

    def _call(self, client: int, now: float) -> Course:
        self._second(now).calls += 1
        budget = self.budgets[client] if self.budgets else None
        return Course(self.policy, says_retryable, began=now, budget=budget)

    def _attempt(self, server: _Server, course: Course, now: float) -> float | None:
        """When it is tried again; null: the call has ended."""
        self._second(now).attempts += 1
        ended_at = now + self.world.latency_s
        if server.answers(now):
            self._second(ended_at).well += 1
            return None
        wait = course.after(_FAILED, now=ended_at, draw=self.rng.random())
        if wait is None:
            self._second(ended_at).failed += 1
            return None
        return ended_at + wait

    def _second(self, now: float) -> _Second:
        return self.seconds.setdefault(int(now), _Second())


def simulate(
    world: World | None = None,
    *,
    retry: RetryPolicy | None = None,
    budget: RetryBudgetPolicy | None = None,
    seed: int = 0,
) -> pl.DataFrame:
    """What clients and server do each second, without retries, with them, and with a budget.

    Columns as `SCHEMA`: `attempts` reach the server, `well` and `failed` are calls that ended.
    Each arm sees the same calls in law, not in number: it draws from a generator of its own.
    """
    world = world or World()
    budgets = [RetryBudget(budget) for _ in range(world.clients)]
    retry = retry or RetryPolicy()
    arms: Mapping[str, tuple[RetryPolicy, list[RetryBudget] | None]] = {
        "no retry": (_NEVER, None),
        "retry": (retry, None),
        "retry with a budget": (retry, budgets),
    }
    rows = []
    for name, (policy, pockets) in arms.items():
        arm = _Arm(world, policy, Random(seed), pockets)
        arm.run()
        for second in range(int(world.until_s)):
            found = arm.seconds.get(second, _Second())
            rows.append((name, second, found.calls, found.attempts, found.well, found.failed))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def summary(table: pl.DataFrame, world: World | None = None) -> pl.DataFrame:
    """Each arm in numbers.

    `attempts_per_call` is of the outage, `peak_attempts` the busiest second, `recovered_after_s`
    the seconds from the end of the outage to the first from which on at least 99 % of the calls
    that end, end well; null where there is none. `lost` are calls that failed after the outage.
    """
    world = world or World()
    begin, end = world.outage
    during = pl.col("second").is_between(int(begin), int(end) - 1)
    after = pl.col("second") >= int(end)
    bad = pl.col("failed") > 0.01 * (pl.col("well") + pl.col("failed"))
    last_bad = pl.col("second").filter(after & bad).max()
    recovered = pl.when(last_bad.is_null()).then(0).otherwise(last_bad + 1 - int(end))
    return table.group_by("arm", maintain_order=True).agg(
        (pl.col("attempts").filter(during).sum() / pl.col("calls").filter(during).sum()).alias(
            "attempts_per_call"
        ),
        pl.col("attempts").max().alias("peak_attempts"),
        pl.when(recovered + int(end) < int(world.until_s))
        .then(recovered)
        .alias("recovered_after_s"),
        pl.col("failed").filter(after).sum().alias("lost"),
    )


def by_refusal_cost(
    world: World,
    costs: Sequence[float],
    *,
    retry: RetryPolicy,
    budget: RetryBudgetPolicy,
    seed: int,
) -> pl.DataFrame:
    """The summary under each cost of a refusal, the cost in the first column."""
    found = []
    for cost in costs:
        changed = replace(world, refusal_cost=cost)
        table = simulate(changed, retry=retry, budget=budget, seed=seed)
        rows = summary(table, changed)
        found.append(rows.select(pl.lit(cost).alias("refusal_cost"), pl.all()))
    return pl.concat(found)


def conclusion(found: pl.DataFrame) -> str:
    """What a summary says, in two sentences."""
    rows = {row["arm"]: row for row in found.iter_rows(named=True)}
    bare, held = rows["retry"], rows["retry with a budget"]
    return (
        f"Simulated: in the outage retries make {bare['attempts_per_call']:.1f} attempts of a "
        f"call, with a budget {held['attempts_per_call']:.1f}. 99 % of calls end well again "
        f"{_when(bare)}, with a budget {_when(held)}."
    )


def _when(row: Mapping[str, Any]) -> str:
    after = row["recovered_after_s"]
    return "at no time simulated" if after is None else f"{after} s after the outage"

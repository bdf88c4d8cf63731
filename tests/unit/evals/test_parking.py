"""Runs whose episodes wait for a person."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.contracts import (
    Decision,
    Episode,
    Escalation,
    Exchange,
    Fact,
    OpenEpisode,
    Run,
    RunEnd,
    Score,
    Step,
    StopReason,
    TeamSpec,
)
from engine.errors import BadInput
from engine.evals import Family, Suite, Task
from engine.evals.parking import Parking, Recorded
from engine.evals.runner import Job, run_job
from engine.evals.scorers.contains import Contains
from engine.evals.solvers import TeamSolver
from engine.models.scripted import Scripted
from engine.tools import Toolbox
from tests.unit.orchestration.waiting import calling, saying
from workbench.store import MemoryRecorder
from workbench.store.waits import MemoryEscalations

AGENT = {"name": "a", "instructions": "x", "tools": ["pay", "rest"], "approvals": ["pay"]}
TEAM = TeamSpec.parse({"name": "t", "entry": "a", "agents": [AGENT]})
RUN = Run(
    run_id="run-1",
    name="s",
    suite="s",
    agent="a",
    model="m",
    epochs=1,
    planned=2,
    seed=0,
    started_at=0.0,
)
APPROVE = Decision(action="approve")


class Kept(MemoryRecorder):
    """Knows how many of its facts are durable."""

    flushed = 0

    def flush(self) -> None:
        self.flushed = len(self.facts)


class Waits(MemoryEscalations):
    """Knows how many facts were durable when each episode was finished."""

    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self.finished: list[int] = []
        self._kept = kept

    def finish(self, episode_id: str) -> None:
        self.finished.append(self._kept.flushed)
        super().finish(episode_id)


class Shop:
    """A run of two samples, each of which pays once when approved; processes come and go."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.waits = Waits(self.kept)
        self.paid: list[int] = []
        self.clock = ManualClock()
        self.resting = asyncio.Event()
        self.first: list[Any] = [("pay", {"cents": 1})]

    async def work(self, **changes: Any) -> None:
        """One process's work at the run."""
        await run_job(self.job(**changes))

    def job(self, on_wait: Callable[[Escalation], None] = lambda _: None, **changes: Any) -> Job:
        model = Scripted(saying(calling(*self.first), "paid"))
        suite = Suite(
            name="s",
            version="1",
            families=(Family("f", "t", (Contains(),)),),
            teams=(TEAM,),
            tasks=tuple(Task(f"t{n}", "f", f"say {n}", "paid") for n in range(2)),
            hash="h",
            tools=Toolbox.of(self._pay(), self._rest()),
        )
        solver = TeamSolver(suite, model, lambda _name: model, 0)
        job = Job(RUN, suite, solver, self.kept, clock=self.clock, rng=random.Random(0))
        parking = Parking(self.waits, self._recorded, on_wait)
        return replace(job, **{"parking": parking, "concurrency": 1, **changes})

    def approve(self, wait: Escalation) -> None:
        self.waits.decide(wait.escalation_id, APPROVE)

    def _recorded(self, episode_id: str) -> Recorded:
        own = [f for f in self.kept.facts if getattr(f, "episode_id", "") == episode_id]
        return Recorded(
            any(isinstance(fact, Episode) for fact in own),
            frozenset(f.index for f in own if isinstance(f, Step)),
            frozenset((f.step_index, f.position) for f in own if isinstance(f, Exchange)),
        )

    def _pay(self) -> Callable[..., Any]:
        def pay(cents: int) -> str:
            """Pay."""
            self.paid.append(cents)
            return "ok"

        return pay

    def _rest(self) -> Callable[..., Any]:
        async def rest() -> str:
            """Rest for ever."""
            self.resting.set()
            await asyncio.Event().wait()
            return ""

        return rest


def places(facts: list[Fact]) -> list[tuple[object, ...]]:
    steps = [(f.episode_id, f.index) for f in facts if isinstance(f, Step)]
    calls = [(f.episode_id, f.step_index, f.position) for f in facts if isinstance(f, Exchange)]
    return [*steps, *calls]


async def test_an_episode_that_waits_has_not_ended() -> None:
    """No episode, no score; the run itself is finished."""
    shop = Shop()
    await shop.work()
    assert (shop.kept.of(Episode), shop.kept.of(Score), shop.paid) == ([], [], [])
    assert [end.status for end in shop.kept.of(RunEnd)] == ["finished"]
    assert shop.waits.counts() == {"waiting": 2}


async def test_nobody_sees_it_wait_before_its_steps() -> None:
    """What led there is durable when the wait is."""
    shop, seen = Shop(), []
    await shop.work(on_wait=lambda _: seen.append(shop.kept.flushed == len(shop.kept.facts)))
    assert seen == [True, True]


async def test_an_end_is_durable_before_its_log_goes() -> None:
    """Or a process that died between the two would begin anew."""
    shop = Shop()
    await shop.work(on_wait=shop.approve)
    ends = [at for at, fact in enumerate(shop.kept.facts) if isinstance(fact, Score)]
    assert [flushed > at for flushed, at in zip(shop.waits.finished, ends, strict=True)] == [
        True,
        True,
    ]


async def test_what_waits_is_not_run_anew() -> None:
    """A resumption lets it wait."""
    shop = Shop()
    await shop.work()
    await shop.work()
    assert (shop.waits.counts(), shop.job().missing()) == ({"waiting": 2}, [])


async def test_a_decided_episode_goes_on_where_it_was() -> None:
    """It keeps its id and the time it began; nothing is recorded twice."""
    shop = Shop()
    await shop.work()
    began = shop.waits.listed()[0].started_at
    shop.clock.advance(3600)
    shop.approve(shop.waits.listed()[0])
    await shop.work()
    [episode] = shop.kept.of(Episode)
    assert (episode.started_at, episode.answer, shop.paid) == (began, "paid", [1])
    assert len(places(shop.kept.facts)) == len(set(places(shop.kept.facts)))
    assert [score.passed for score in shop.kept.of(Score)] == [True]


async def test_what_is_decided_while_the_run_goes_on_goes_on_with_it() -> None:
    """The process that is at the run leads it on before it ends."""
    shop = Shop()
    await shop.work(on_wait=shop.approve)
    assert ([e.answer for e in shop.kept.of(Episode)], shop.paid) == (["paid"] * 2, [1, 1])
    assert shop.waits.counts() == {"done": 2}


async def test_one_episode_alone_can_be_led_on() -> None:
    """Others that could go on are left, no sample is begun, and the run's end stays as it was."""
    shop = Shop()
    await shop.work()
    for wait in shop.waits.listed():
        shop.approve(wait)
    chosen = shop.waits.listed()[1].episode_id
    await shop.work(only={chosen}, ends=None)
    assert [episode.episode_id for episode in shop.kept.of(Episode)] == [chosen]
    assert len(shop.kept.of(RunEnd)) == 1


async def test_a_cancelled_episode_stays_open_and_its_call_is_unknown() -> None:
    """It is no cancelled episode: the next process asks what became of the call."""
    shop = Shop()
    shop.first = [("rest", {})]
    task = asyncio.create_task(shop.work())
    await shop.resting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (shop.kept.of(Episode), len(shop.waits.open("run-1"))) == ([], 1)
    assert [step.kind for step in shop.kept.of(Step)] == ["input"]  # the turn is not over
    await shop.work(only={shop.waits.open("run-1")[0].episode_id})
    assert [wait.wait.kind for wait in shop.waits.listed()] == ["unknown"]
    assert len(places(shop.kept.facts)) == len(set(places(shop.kept.facts)))


async def test_an_end_that_was_recorded_is_not_reached_again() -> None:
    """A process that died between the two leaves an open episode that has ended."""
    shop = Shop()
    await shop.work(on_wait=shop.approve)
    ended = shop.kept.of(Episode)[0]
    fields = ("run_id", "episode_id", "task_id", "epoch", "started_at")
    again = {name: getattr(ended, name) for name in fields}
    shop.waits.begin(OpenEpisode(**again))
    job = shop.job()
    assert job.parking
    job.parking.tidy("run-1")
    assert shop.waits.open("run-1") == []


async def test_without_a_place_to_wait_nothing_is_begun() -> None:
    """The run fails with what is wrong, before any call."""
    shop = Shop()
    with pytest.raises(BadInput, match="nothing is there to keep them"):
        await shop.work(parking=None)
    assert places(shop.kept.facts) == []


async def test_a_stopped_episode_is_scored() -> None:
    """It has ended, by a person's word."""
    shop = Shop()
    await shop.work(
        on_wait=lambda wait: shop.waits.decide(wait.escalation_id, Decision(action="stop")) and None
    )
    assert {e.stop_reason for e in shop.kept.of(Episode)} == {StopReason.STOPPED}
    assert [score.passed for score in shop.kept.of(Score)] == [False, False]

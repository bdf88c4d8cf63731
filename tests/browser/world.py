"""A store with one of everything that pages show, made of facts through the real recorder.

`python -m tests.browser.world HOME` makes one to look at.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from engine.contracts import Fact, Run, RunEnd, StopReason, UnknownField
from tests.browser.samples import HOSTILE, Sample, a_run, facts_of, rich_conversation
from workbench.settings import Settings
from workbench.store import Store

FAMILIES = ("extraction", "policy", "triage")
FINISHED = "run-20260105-080000-aaaa"
BASELINE = "run-20260105-090000-bbbb"
RUNNING = "run-20260105-100000-cccc"
IMPORTED = "run-tau-bench-dddd"
RICH = "ep-aaaa0000000000000000"
BROKEN = "ep-aaaa0000000000000001"


def finished_run() -> Iterator[Fact]:
    """Three families, two tasks each, two epochs; one error, one hostile transcript."""
    run = a_run(FINISHED, "default", "small", 0)
    yield run
    for number in range(12):
        family = FAMILIES[number // 4]
        if number == 1:
            broken = Sample(run, 1, family, 1, passed=False, stop=StopReason.ERROR, cost_usd=None)
            yield from facts_of(broken)
            continue
        sample = Sample(run, number, family, number % 2, passed=number % 3 != 2)
        yield from rich_conversation(sample) if number == 0 else facts_of(sample)
    yield from unknown_fields(run)
    yield RunEnd(run_id=run.run_id, status="finished", ended_at=run.started_at + 60)


def unknown_fields(run: Run) -> Iterator[Fact]:
    """What a server has begun to send, one of the fields by a hostile name."""
    for field, count in (("/choices/*/reasoning", 7), ("/usage/queue_time", 11), (HOSTILE, 1)):
        yield UnknownField(
            run_id=run.run_id,
            source="small",
            field=field,
            count=count,
            example_type="string",
            first_seen_at=run.started_at,
            last_seen_at=run.started_at + 60,
        )


def baseline_run() -> Iterator[Fact]:
    """A constant answer over the same samples, at no cost."""
    run = a_run(BASELINE, "constant", "", 1)
    yield run
    for number in range(12):
        family = FAMILIES[number // 4]
        yield from facts_of(
            Sample(run, number, family, number % 2, passed=number == 3, cost_usd=0.0)
        )
    yield RunEnd(run_id=run.run_id, status="finished", ended_at=run.started_at + 50)


def running_run() -> Iterator[Fact]:
    """Two episodes of twelve are done."""
    run = a_run(RUNNING, "default", "large", 2)
    yield run
    for number in range(2):
        yield from facts_of(running_sample(number))


def running_sample(number: int) -> Sample:
    """An episode of the run that is going on."""
    run = a_run(RUNNING, "default", "large", 2)
    return Sample(run, number, FAMILIES[number // 4], number % 2, passed=True)


def imported_run() -> Iterator[Fact]:
    """Recorded elsewhere: no times, no costs."""
    run = a_run(IMPORTED, "recorded", "gpt-x", 3, source="tau-bench", planned=4)
    yield run
    for number in range(4):
        yield from facts_of(
            Sample(
                run,
                number,
                "airline",
                number % 2,
                passed=number < 2,
                stop=StopReason.RECORDED,
                cost_usd=None,
            )
        )
    yield RunEnd(run_id=run.run_id, status="finished", ended_at=run.started_at)


def fill(store: Store) -> None:
    """Record all of it."""
    with store.recorder() as recorder:
        for facts in (finished_run(), baseline_run(), running_run(), imported_run()):
            recorder.add(*facts)
    store.tag(FINISHED, "nightly")
    store.note(FINISHED, f"odd answers {HOSTILE}")


if __name__ == "__main__":
    with Store.open(Settings.load(home=Path(sys.argv[1]))) as made:
        fill(made)

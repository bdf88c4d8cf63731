"""Seeded episodes are the same each time, and what they say of themselves is true."""

import random
import re
from collections import Counter

import pytest

from engine.errors import BadInput
from engine.orchestration.guard import Act, Observation
from pipelines.bench.loop_guard.case import Case
from pipelines.bench.loop_guard.loops import LOOPS
from pipelines.bench.loop_guard.material import topics
from pipelines.bench.loop_guard.reword import plain, reword
from pipelines.bench.loop_guard.routines import ROUTINES, shrinking_list
from pipelines.bench.loop_guard.seeded import TWIN, seeded

RECORDED = {
    f"task {task}": [
        tuple(
            Observation("agent", (Act("look", {"at": f"{task}-{at}"}, f"thing {task} {at}"),))
            for at in range(12)
        )
    ]
    for task in range(14)
}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Those of one seed."""
    return seeded(0, RECORDED)


def test_seed(cases: list[Case]) -> None:
    """A seed gives the same cases each time; another seed gives others."""
    assert seeded(0, RECORDED) == cases
    assert seeded(1, RECORDED) != cases


def test_too_few() -> None:
    """Recordings of too few tasks are refused with how many are needed."""
    with pytest.raises(BadInput, match="3 tasks have passed, 13 are needed"):
        seeded(0, {task: RECORDED[task] for task in sorted(RECORDED)[:3]})


def test_kinds(cases: list[Case]) -> None:
    """Each kind is planted twice into each of three hosts, and each loop has a twin."""
    kinds = Counter(case.kind for case in cases)
    expected = dict.fromkeys([*LOOPS, *ROUTINES], 6) | {TWIN: 6 * len(LOOPS)}
    assert kinds == expected


def test_truth(cases: list[Case]) -> None:
    """Loops alone say where they go round, and they do so within the episode."""
    for case in cases:
        assert (case.loop is not None) == (case.kind in LOOPS)
        assert case.loop is None or 0 < case.loop.start < case.loop.stop <= len(case.steps)


def test_twins(cases: list[Case]) -> None:
    """A twin is as long as its loop, begins and ends like it, and is another in between."""
    by_name = {case.name: case for case in cases}
    for case in (case for case in cases if case.loop):
        twin, loop = by_name[f"twin of {case.name}"], case.loop
        assert len(twin.steps) == len(case.steps)
        assert twin.steps[: loop.start] == case.steps[: loop.start]
        assert twin.steps[loop.stop :] == case.steps[loop.stop :]
        assert not set(map(repr, twin.steps[loop.start : loop.stop])) & set(
            map(repr, case.steps[loop.start : loop.stop])
        )


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.tool)
def test_rewording(topic: object) -> None:
    """Other words never are the first words, and names and numbers stay in them."""
    rng = random.Random(1)
    ask = topic.ask  # type: ignore[attr-defined]
    names = set(re.findall(r"[A-Z]\w+|\d+", ask.split(maxsplit=1)[1]))
    for said in (reword(ask, rng) for _ in range(20)):
        assert said != plain(ask)
        assert names <= set(re.findall(r"\w+", said))


def test_rewordings_differ() -> None:
    """There are many ways to say the same."""
    rng = random.Random(1)
    assert len({reword(topics()[0].ask, rng) for _ in range(30)}) > 20


def test_shrinking() -> None:
    """A shrinking list loses one name at each step."""
    steps = shrinking_list(random.Random(1), ())
    counts = [step.asks[0].count(",") for step in steps]
    assert counts == list(range(len(steps) - 1, -1, -1))

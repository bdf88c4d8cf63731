"""Seeded episodes with known truth: loops, honest work that looks like one, and clean twins.

Each is planted somewhere into an episode that is clean: a recorded one that passed, or a scripted
one whose agent makes its calls itself or has others make them. Each loop has a twin: the same
episode with as many clean steps in the loop's place.
"""

import random
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from engine.errors import BadInput
from engine.orchestration.guard import Observation
from pipelines.bench.loop_guard.case import Case
from pipelines.bench.loop_guard.loops import LOOPS, OF_CALLS, Make, Steps
from pipelines.bench.loop_guard.material import Topic, topics
from pipelines.bench.loop_guard.routines import ROUTINES

SEEDS: Final = range(5)
TWIN: Final = "twin"
_ABOUT: Final = 12  # topics of a scripted episode; the others are left to what is planted
_OTHERS: Final = 12  # recorded episodes whose steps make twins as long as the loops
ByTask = Mapping[str, Sequence[tuple[Observation, ...]]]
"""Clean recorded episodes by the task they are about; two of one task repeat each other."""


class _Host(NamedTuple):
    """A clean episode, topics that it is not about, and the calls that it makes itself."""

    name: str
    steps: Steps
    topics: Sequence[Topic]
    own: Sequence[Topic]

    def around(self, spot: int, steps: Steps) -> tuple[Observation, ...]:
        """The episode with steps put in before its own of that index."""
        return (*self.steps[:spot], *steps, *self.steps[spot:])

    def planted(self, make: Make, rng: random.Random) -> Steps:
        """Steps to be planted; a loop of plain calls goes round in what the episode was doing."""
        known = [*self.own, *self.topics] if make in OF_CALLS else self.topics
        return make(rng, known)


def seeded(seed: int, recorded: ByTask, *, times: int = 2) -> list[Case]:
    """The cases of one seed: each kind planted so often in each host. Equal seeds, equal cases.

    Raises `BadInput` where `recorded` has fewer tasks than one host and its twin take.
    """
    if len(recorded) <= _OTHERS:
        said = f"episodes of {len(recorded)} tasks have passed, {1 + _OTHERS} are needed"
        raise BadInput(said, where="tau-bench")
    rng = random.Random(seed)
    cases: list[Case] = []
    for at, (kind, make) in enumerate([*LOOPS.items(), *ROUTINES.items()] * times):
        more, hosts = _hosts(rng, recorded)
        for host in hosts:
            name = f"{kind} in {host.name} (seed {seed}, {at})"
            steps, spot = host.planted(make, rng), rng.randint(1, len(host.steps))
            loop = range(spot, spot + len(steps)) if kind in LOOPS else None
            cases.append(Case(name, host.around(spot, steps), loop, kind))
            if loop:
                clean = host.around(spot, more[: len(steps)])
                cases.append(Case(f"twin of {name}", clean, None, TWIN))
    return cases


def _hosts(rng: random.Random, recorded: ByTask) -> tuple[Steps, list[_Host]]:
    """Clean steps to make twins of, and one host of each sort."""
    tasks = rng.sample(sorted(recorded), 1 + _OTHERS)
    real, *others = ([*rng.choice(recorded[task])] for task in tasks)
    hosts = [_Host("a recorded episode", real, _topics(rng)[0], _calls(real))]
    spare, about = _topics(rng)
    called = [topic.called() for topic in about]
    hosts.append(_Host("a scripted agent", called, spare, about))
    spare, about = _topics(rng)
    hosts.append(_Host("a scripted team", [topic.asked() for topic in about], spare, ()))
    return list(chain.from_iterable(others)), hosts


def _topics(rng: random.Random) -> tuple[list[Topic], list[Topic]]:
    """Topics that are left to what is planted, and those of a scripted episode."""
    shuffled = rng.sample(topics(), len(topics()))
    return shuffled[_ABOUT:], shuffled[:_ABOUT]


def _calls(steps: Steps) -> list[Topic]:
    """Each of the calls that an episode makes, once."""
    acts = {(act.tool, act.result): act for step in steps for act in step.acts}.values()
    return [Topic(ask="", tool=a.tool, arguments=a.arguments, result=a.result) for a in acts]

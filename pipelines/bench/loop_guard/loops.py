"""Ways of going round in a loop, each as the steps it is made of.

Each takes a source of randomness and topics that the episode is not about, and makes enough rounds
for anyone to see it: eight to twelve of one or two steps, five to eight of a longer cycle.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from engine.orchestration.guard import Act, Observation
from pipelines.bench.loop_guard.material import Topic
from pipelines.bench.loop_guard.reword import plain, reword

Steps = list[Observation]
Make = Callable[[random.Random, Sequence[Topic]], Steps]

_STALLS: Final = (
    "[]",
    "No results.",
    "Access denied: the session has expired.",
    "The page could not be loaded.",
    '{"items": [], "total": 0}',
)
_ERRORS: Final = (
    "Error: the resource is locked",
    "Error: missing required field",
    "Error: connection reset by peer",
)
_PEOPLE: Final = (("triage", "billing"), ("writer", "reviewer"), ("planner", "coder"))


def verbatim(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """One call with one result, over and over."""
    return [topics[0].called()] * rng.randint(8, 12)


def verbatim_error(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """One call that fails each time in the same way."""
    return [topics[0].called(result=rng.choice(_ERRORS), failed=True)] * rng.randint(8, 12)


def reworded_instruction(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """A worker is asked the same in other words and finds the same."""
    ask = topics[0].ask
    said = [plain(ask), *(reword(ask, rng) for _ in range(rng.randint(7, 11)))]
    return [topics[0].asked(text, result=_stamped(topics[0], rng)) for text in said]


def reworded_call(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """The same is searched for in other words and the same is found."""
    ask = topics[0].ask
    said = [plain(ask), *(reword(ask, rng) for _ in range(rng.randint(7, 11)))]
    return [_searched(text, _stamped(topics[0], rng)) for text in said]


def alternating(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """Two calls take turns."""
    return _rounds(topics[:2], rng.randint(8, 12))


def cycle(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """Three to six calls come round in the same order."""
    return _rounds(topics[: rng.randint(3, 6)], rng.randint(5, 8))


def ping_pong(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """Two agents hand the task to each other in other words each time."""
    pair = rng.choice(_PEOPLE)
    said = [reword(topics[0].ask, rng) for _ in range(rng.randint(8, 12))]
    return [
        Observation(pair[at % 2], text=text, handoff=pair[(at + 1) % 2])
        for at, text in enumerate(said)
    ]


def stalled(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """Other calls each time, and each gives the same."""
    result = rng.choice(_STALLS)
    return [topic.called(result=result) for topic in topics[: rng.randint(11, 14)]]


LOOPS: Final[Mapping[str, Make]] = {
    made.__name__: made
    for made in (
        verbatim,
        verbatim_error,
        reworded_instruction,
        reworded_call,
        alternating,
        cycle,
        ping_pong,
        stalled,
    )
}


OF_CALLS: Final = (verbatim, verbatim_error, alternating, cycle)
"""Those that need no instruction, only calls."""


def _rounds(topics: Sequence[Topic], times: int) -> Steps:
    return [topic.called() for topic in topics] * times


def _searched(query: str, result: str) -> Observation:
    return Observation("agent", (Act("search", {"query": query}, result),))


def _stamped(topic: Topic, rng: random.Random) -> str:
    """What a page says that shows the time at which it was fetched."""
    time = f"{rng.randint(8, 19):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    return f"{topic.result} (fetched at {time})"

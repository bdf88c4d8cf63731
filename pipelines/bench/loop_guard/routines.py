"""Honest work that looks like a loop: what a detector has to let pass."""

import random
from collections.abc import Mapping, Sequence
from typing import Final

from engine.orchestration.guard import Act, Observation
from pipelines.bench.loop_guard.loops import Make, Steps
from pipelines.bench.loop_guard.material import Topic

_NAMES: Final = (
    "The Anchor", "Café Luna", "Golden Lion", "Mill House", "Old Customs", "Bistro Verde",
    "Harbour Light", "Stone Oven", "Blue Heron", "Market Hall", "Red Lantern", "Two Sisters",
)  # fmt: skip
_CITIES: Final = (
    "Lisbon", "Oslo", "Ghent", "Turin", "Malmo", "Porto", "Basel", "Leeds", "Lyon", "Gdansk",
    "Graz", "Cork", "Den Haag", "San Marino",
)  # fmt: skip
_MONTHS: Final = ("January", "March", "May", "July", "September", "November")
_STATES: Final = (
    "pending", "queued", "running", "in progress", "scheduled", "waiting for a runner",
    "building", "starting", "provisioning", "not ready", "processing",
)  # fmt: skip
_FILLS: Final = (
    "quiet", "crowded", "renovated", "historic", "narrow", "bright", "remote", "seasonal",
    "expensive", "popular", "closed", "modern", "damp", "wooden", "public", "private",
    "northern", "coastal", "steep", "paved",
)  # fmt: skip


def shrinking_list(rng: random.Random, _topics: Sequence[Topic]) -> Steps:
    """One instruction over a list that loses the name that was dealt with."""
    names = rng.sample(_NAMES, rng.randint(6, 9))
    return [
        _asked(f"Check the opening hours on Wednesdays of {', '.join(names[at:])}", rng, names[at])
        for at in range(len(names))
    ]


def scrolling(rng: random.Random, _topics: Sequence[Topic]) -> Steps:
    """The same call, and another part of the page each time."""
    call: dict[str, str | int] = {"direction": "down", "amount": 1}
    return [
        _did("scroll", call, f"Viewport {at}: {_facts(rng)}") for at in range(rng.randint(8, 14))
    ]


def polling(rng: random.Random, _topics: Sequence[Topic]) -> Steps:
    """A job is asked for its state until it is done."""
    job, waits = {"job": f"job-{rng.randint(100, 999)}"}, f"status: {rng.choice(_STATES)}"
    done = f"status: done, {_facts(rng)}"
    return [_did("job_status", job, result) for result in [waits] * rng.randint(5, 14) + [done]]


def polling_percent(rng: random.Random, _topics: Sequence[Topic]) -> Steps:
    """A job says how far it has come."""
    job, shares = {"job": f"job-{rng.randint(100, 999)}"}, sorted(rng.sample(range(1, 100), 10))
    results = [f"status: {rng.choice(_STATES[:4])}, {share} % done" for share in shares]
    return [_did("job_status", job, result) for result in [*results, "status: done"]]


def dates(rng: random.Random, _topics: Sequence[Topic]) -> Steps:
    """One search over days, each with flights of its own."""
    first, city = rng.randint(1, 14), rng.choice(_CITIES)
    return [
        _did(
            "search_flights",
            {"origin": "OSL", "destination": city, "date": f"2024-05-{first + at:02d}"},
            f"flight {rng.randint(100, 999)} at {rng.randint(6, 21)}:{rng.randint(10, 59)}, "
            f"{rng.randint(60, 400)} euros, {rng.randint(1, 9)} seats, {_facts(rng)}",
        )
        for at in range(rng.randint(8, 14))
    ]


def numbers(rng: random.Random, _topics: Sequence[Topic]) -> Steps:
    """One instruction over order numbers."""
    orders = rng.sample(range(10_000, 99_999), rng.randint(7, 11))
    return [
        _asked(f"Look up the delivery address of order {order}", rng, order) for order in orders
    ]


def places(rng: random.Random, _topics: Sequence[Topic]) -> Steps:
    """One instruction over cities."""
    cities = rng.sample(_CITIES, rng.randint(7, 11))
    return [
        _asked(f"Find the number of inhabitants of the city of {city} in 2020", rng, city)
        for city in cities
    ]


def grid(rng: random.Random, _topics: Sequence[Topic]) -> Steps:
    """One instruction over each pair of a city and a month."""
    cities, months = rng.sample(_CITIES, 4), rng.sample(_MONTHS, 3)
    return [
        _asked(
            f"Get the average daily rainfall and highest temperature of {city} for {month}",
            rng,
            (city, month),
        )
        for city in cities
        for month in months
    ]


def retries(rng: random.Random, topics: Sequence[Topic]) -> Steps:
    """Calls that fail once and then work."""
    tried = topics[: rng.randint(4, 6)]
    return [
        step
        for topic in tried
        for step in (topic.called(result="Error: timed out", failed=True), topic.called())
    ]


ROUTINES: Final[Mapping[str, Make]] = {
    made.__name__: made
    for made in (
        shrinking_list,
        scrolling,
        polling,
        polling_percent,
        dates,
        numbers,
        places,
        grid,
        retries,
    )
}


def _did(tool: str, arguments: Mapping[str, str | int], result: str) -> Observation:
    return Observation("agent", (Act(tool, {**arguments}, result),))


def _asked(said: str, rng: random.Random, about: object) -> Observation:
    answer = f"{about}: {_facts(rng)}"
    return Observation("planner", (Act("ask_worker", {"question": said}, answer),), asks=(said,))


def _facts(rng: random.Random) -> str:
    """Something that has not been said before."""
    return f"{', '.join(rng.sample(_FILLS, 5))}, reference {rng.randint(1_000, 999_999)}"

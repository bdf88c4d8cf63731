"""A process whose threads and tasks all want a permit of each shared breaker on trial."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import redis

from engine.contracts import BreakerPolicy, BreakerStates
from engine.errors import BreakerOpen
from engine.reliability.breaker import SharedBreaker
from workbench.store.breakers import SqliteBreakerStates
from workbench.store.breakers_redis import RedisBreakerStates

POLICY = BreakerPolicy(minimum_calls=1, window_size=1, open_s=0, permits=10)


def states_of(place: str) -> BreakerStates:
    """The store at a `redis://` address, or in a file."""
    if place.startswith("redis://"):
        return RedisBreakerStates(redis.Redis.from_url(place))
    return SqliteBreakerStates(Path(place))


def admitted(breaker: SharedBreaker) -> int:
    try:
        breaker.admit()
    except BreakerOpen:
        return 0
    return 1


async def aadmitted(breaker: SharedBreaker) -> int:
    try:
        await breaker.aadmit()
    except BreakerOpen:
        return 0
    return 1


async def asked(breaker: SharedBreaker, times: int) -> int:
    return sum(await asyncio.gather(*(aadmitted(breaker) for _ in range(times))))


if __name__ == "__main__":
    shared = [SharedBreaker("tool", POLICY, states=states_of(place)) for place in sys.argv[1:]]
    print("ready", flush=True)
    sys.stdin.readline()
    for one in shared:
        with ThreadPoolExecutor(25) as pool:
            total = sum(pool.map(admitted, [one] * 25))
        print(total + asyncio.run(asked(one, 25)))

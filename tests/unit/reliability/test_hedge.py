"""A second call when the first is late."""

import asyncio
import threading

import pytest

from engine.clock import ManualClock
from engine.contracts import HedgePolicy
from engine.reliability.hedge import Durations, Hedge

AT_ONCE = HedgePolicy(delay_s=0, quantile=None, share=1)


class Calls:
    """Answers each call as it is told to, and notes which were cancelled."""

    def __init__(self, *ends):
        self.ends = list(ends)
        self.made = 0
        self.cancelled = []

    async def __call__(self):
        number, self.made = self.made, self.made + 1
        try:
            if self.ends[number] == "hang":
                await asyncio.Event().wait()
            await asyncio.sleep(0)
            if isinstance(self.ends[number], Exception):
                raise self.ends[number]
            return self.ends[number]
        except asyncio.CancelledError:
            self.cancelled.append(number)
            raise


def hedge(policy=AT_ONCE, **more):
    return Hedge("read", policy, clock=ManualClock(), **more)


async def test_a_call_in_time_is_made_once():
    """No load is added where nothing is late."""
    calls = Calls("one", "two")
    assert await Hedge("read", HedgePolicy(delay_s=60)).acall(calls) == "one"
    assert calls.made == 1


async def test_a_late_call_is_made_again_and_the_loser_is_cancelled():
    """The second answer counts, the first call ends, and the hook hears of it."""
    calls, heard = Calls("hang", "two"), []
    assert await hedge(on_event=heard.append).acall(calls) == "two"
    assert (calls.cancelled, heard[0].second_won) == ([0], True)


async def test_the_first_may_still_win():
    """The second call is then the one that is cancelled."""

    class Late(Calls):
        async def __call__(self):
            if self.made == 0:
                self.made = 1
                while self.made < 2:
                    await asyncio.sleep(0)
                return "one"
            return await super().__call__()

    calls = Late("", "hang")
    assert await hedge().acall(calls) == "one"
    assert calls.cancelled == [1]


async def test_an_error_before_the_hedge_is_raised():
    """Trying again is a retry's business."""
    calls = Calls(KeyError("one"))
    with pytest.raises(KeyError, match="one"):
        await Hedge("read", HedgePolicy(delay_s=60)).acall(calls)
    assert calls.made == 1


async def test_an_error_after_the_hedge_waits_for_the_other():
    """One that succeeds is enough."""

    class First(Calls):
        async def __call__(self):
            if self.made == 0:
                self.made = 1
                while self.made < 2:
                    await asyncio.sleep(0)
                raise KeyError("one")
            return await super().__call__()

    assert await hedge().acall(First("", "two")) == "two"


async def test_where_both_fail_the_first_error_is_raised():
    """The second call was only a hedge."""

    class Both(Calls):
        async def __call__(self):
            number, self.made = self.made, self.made + 1
            while self.made < 2:
                await asyncio.sleep(0)
            raise KeyError(number)

    with pytest.raises(KeyError, match="0"):
        await hedge().acall(Both())


async def test_cancellation_ends_both_calls():
    """Nothing goes on behind a caller that has gone."""
    calls = Calls("hang", "hang")
    task = asyncio.create_task(hedge().acall(calls))
    while calls.made < 2:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert sorted(calls.cancelled) == [0, 1]


def test_a_late_synchronous_call_is_made_again_in_a_thread():
    """The first answer counts there too."""
    late, made = threading.Event(), []

    def read():
        made.append(1)
        if len(made) == 1:
            late.wait()
            return "one"
        return "two"

    one = hedge()
    assert one.call(read) == "two"
    late.set()
    one.close()


@pytest.mark.parametrize(
    ("seen", "delay_s"),
    [
        ([], 7.0),
        ([1.0] * 19, 7.0),
        ([float(n) for n in range(1, 101)], 96.0),
        ([1.0] * 100, 1.0),
        ([9.0] * 1000 + [1.0] * 1000, 1.0),
    ],
)
def test_a_call_is_late_by_what_was_seen(seen, delay_s):
    """The 95th percentile of the last thousand, once there are twenty; the fixed delay before."""
    durations = Durations(HedgePolicy(delay_s=7, quantile=0.95, samples=20))
    for took_s in seen:
        durations.add(took_s)
    assert durations.delay_s() == delay_s


def test_hedges_are_a_share_of_calls():
    """Where everything is late, load does not double."""
    durations = Durations(HedgePolicy(share=0.1))
    hedged = 0
    for _ in range(1000):
        durations.begin()
        hedged += durations.hedge()
    assert hedged == 100

"""A model that gives again what it answered."""

import asyncio

import pytest

from engine.clock import ManualClock
from engine.contracts import ModelRequest, user
from engine.errors import ModelUnavailable
from engine.models.asking import asking
from engine.models.cached import Cached, CachePolicy
from engine.models.scripted import Scripted, reply
from engine.models.voting import Voting
from workbench.store import MemoryResponseCache

ASKED = ModelRequest(messages=(user("q"),))
PRICED = reply("a").model_copy(update={"cost_usd": 0.5})


class World:
    """A scripted model that counts, behind a cache."""

    def __init__(self, script=None, **policy):
        self.clock = ManualClock()
        self.cache = MemoryResponseCache()
        self.inner = Scripted(script or [PRICED], repeat=True)
        self.policy = CachePolicy(scope="test", **policy)
        self.model = self.over(self.inner)

    def over(self, inner, endpoint="here", **policy):
        made = self.policy.model_copy(update=policy)
        return Cached(inner, self.cache, made, endpoint=endpoint, clock=self.clock)

    async def ask(self, request=ASKED, *, model=None, epoch=0, tenant="local"):
        with asking(tenant, epoch):
            return await (model or self.model).complete(request)


async def test_an_equal_request_is_answered_from_the_cache():
    """The model is asked once."""
    world = World()
    assert (await world.ask()).message == (await world.ask()).message
    assert world.inner.calls == 1


async def test_an_answer_from_the_cache_costs_nothing_and_says_what_it_saved():
    """The first is as the model gave it."""
    world = World()
    first, second = await world.ask(), await world.ask()
    assert (first.cached, first.cost_usd) == (False, 0.5)
    assert (second.cached, second.cost_usd, second.saved_usd) == (True, 0.0, 0.5)


@pytest.mark.parametrize(
    "other",
    [
        {"request": ASKED.model_copy(update={"seed": 1})},
        {"request": ASKED.model_copy(update={"temperature": 0.5})},
        {"epoch": 1},
        {"tenant": "acme"},
    ],
    ids=["seed", "temperature", "epoch", "tenant"],
)
async def test_what_differs_is_asked_anew(other):
    """Seed, sampling, epoch and tenant are part of the key."""
    world = World()
    await world.ask()
    await world.ask(**other)
    assert world.inner.calls == 2


@pytest.mark.parametrize("other", [{"endpoint": "there"}, {"scope": "other"}])
async def test_endpoint_and_scope_are_part_of_the_key(other):
    """Models of other endpoints, and other scopes, share nothing."""
    world = World()
    await world.ask()
    await world.ask(model=world.over(world.inner, **other))
    assert world.inner.calls == 2


async def test_epochs_share_answers_where_that_is_asked():
    """Then, and only then."""
    world = World(across_epochs=True)
    await world.ask(epoch=0)
    await world.ask(epoch=1)
    assert world.inner.calls == 1


async def test_the_same_request_again_in_an_episode_has_another_answer():
    """An agent that tries once more is not given what it was given before; a rerun is."""
    world = World([reply("a"), reply("b")])
    for _ in range(2):
        with asking("local", 0):
            said = [(await world.model.complete(ASKED)).message.content for _ in range(2)]
        assert said == ["a", "b"]
    assert world.inner.calls == 2


async def test_an_answer_grows_old():
    """From its time to live on it is asked for anew."""
    world = World(ttl_s=60)
    await world.ask()
    world.clock.advance(60)
    await world.ask()
    world.clock.advance(60.001)
    await world.ask()
    assert world.inner.calls == 2


async def test_an_error_is_not_kept():
    """The next call asks again."""
    world = World([ModelUnavailable("down"), reply("a")])
    with pytest.raises(ModelUnavailable):
        await world.ask()
    assert (await world.ask()).cached is False


class Slow:
    """A model that answers, or fails, once it is let."""

    name = "slow"

    def __init__(self, error=None):
        self.calls, self.go, self.error = 0, asyncio.Event(), error

    async def complete(self, request):
        del request
        self.calls += 1
        await self.go.wait()
        if self.error:
            raise self.error
        return PRICED


async def test_equal_requests_at_once_are_asked_once():
    """Those that waited have the answer at no cost."""
    world, slow = World(), Slow()
    model = world.over(slow)
    calls = [asyncio.create_task(world.ask(model=model)) for _ in range(5)]
    await asyncio.sleep(0)
    slow.go.set()
    answers = await asyncio.gather(*calls)
    assert (slow.calls, [a.cached for a in answers].count(True)) == (1, 4)


async def test_those_that_wait_have_the_error_too():
    """A model that is down is not asked once more by each of them."""
    world, slow = World(), Slow(ModelUnavailable("down"))
    model = world.over(slow)
    calls = [asyncio.create_task(world.ask(model=model)) for _ in range(3)]
    await asyncio.sleep(0)
    slow.go.set()
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(error, ModelUnavailable) for error in found)


async def test_where_the_first_is_cancelled_the_next_asks():
    """A cancelled call takes nobody with it."""
    world, slow = World(), Slow()
    model = world.over(slow)
    first, second = (asyncio.create_task(world.ask(model=model)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    slow.go.set()
    assert (await second).message == PRICED.message
    assert slow.calls == 2


async def test_votes_are_not_one_answer():
    """Each vote has its own seed, so five votes are five calls, over a cache as without one."""
    world = World([reply(letter) for letter in "abbcb"])
    with asking("local", 0):
        won = await Voting(world.model, "large").complete(ASKED)
    assert (won.message.content, world.inner.calls) == ("b", 5)


async def test_a_stream_is_kept_and_given_in_one_piece():
    """The first comes as the model streams it."""
    world = World([reply("two words")])
    pieces = []
    for _ in range(2):
        with asking("local", 0):
            pieces.append([chunk.text async for chunk in world.model.stream(ASKED)])
    assert (len(pieces[0]) > 1, [p for p in pieces[1] if p]) == (True, ["two words"])

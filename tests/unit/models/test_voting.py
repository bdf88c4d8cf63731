"""Self-consistency."""

import pytest

from engine.contracts import ModelRequest, Usage, assistant, user
from engine.errors import ModelTimeout
from engine.models.scripted import Scripted, reply, tool_call
from engine.models.voting import Voting, meaning, tally

REQUEST = ModelRequest(messages=(user("hi"),), seed=10)


async def voted(*answers, request=REQUEST):
    return await Voting(Scripted(answers), "large", votes=len(answers)).complete(request)


async def test_the_majority_wins():
    """The answer that most votes agree on is the answer."""
    assert (await voted("a", "b", "c", "b", "d")).message.content == "b"


async def test_of_equals_the_earliest_wins():
    """A tie is broken by order, so that the greedy answer counts most."""
    assert (await voted("a", "b", "b", "a", "c")).message.content == "a"


async def test_the_usage_is_that_of_all_votes():
    """Five calls are five calls."""
    vote = reply("a", usage=Usage(input_tokens=10, output_tokens=2, cached_tokens=8, calls=1))
    usage = (await voted(vote, vote, vote, vote, vote)).usage
    assert usage == Usage(input_tokens=50, output_tokens=10, cached_tokens=40, calls=5)


@pytest.mark.parametrize(("costs", "total"), [((0.5, 0.25), 0.75), ((0.5, None), None)])
def test_the_cost_is_that_of_all_votes(costs, total):
    """One unknown price makes the sum unknown."""
    ballots = [reply("a").model_copy(update={"cost_usd": cost}) for cost in costs]
    assert tally(ballots).cost_usd == total


async def test_the_first_vote_is_greedy_and_the_others_are_seeded():
    """The votes differ in seed and temperature alone, the same each time."""
    seen = []
    inner = Scripted(lambda request: (seen.append(request), reply("a"))[1])
    await Voting(inner, "large", votes=3).complete(REQUEST)
    assert [(r.temperature, r.seed) for r in seen] == [(0.0, 10), (0.3, 11), (0.3, 12)]


async def test_a_requests_own_temperature_is_kept():
    """Whoever samples anyway chooses how."""
    inner = Scripted(["a", "a"])
    await Voting(inner, "large", votes=2).complete(REQUEST.model_copy(update={"temperature": 0.9}))
    assert inner.last.temperature == 0.9


async def test_a_failed_vote_fails_the_call():
    """An answer is never that of fewer votes than promised."""
    with pytest.raises(ModelTimeout):
        await voted("a", "a", ModelTimeout("late"), "a", "a")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (assistant("  The  Answer. "), assistant("the answer")),
        (assistant('{"b": 1, "a": 2}'), assistant('{"a":2,"b":1}')),
        (assistant("", tool_call("f", {}, "c1")), assistant("x", tool_call("f", {}, "c2"))),
    ],
)
def test_the_same_said_otherwise_is_the_same(one, other):
    """Case, blanks, end punctuation, key order and ids do not split votes."""
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (assistant("3"), assistant("-3")),
        (assistant("yes"), assistant("no")),
        (assistant("it is 3."), assistant("it is -3.")),
        (assistant("", tool_call("f", {"a": 1})), assistant("", tool_call("f", {"a": 2}))),
        (assistant("", tool_call("f", {})), assistant("", tool_call("g", {}))),
    ],
)
def test_what_differs_in_meaning_stays_apart(one, other):
    """Normalising goes no further than form."""
    assert meaning(one) != meaning(other)

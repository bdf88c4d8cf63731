"""Another way where the first has failed."""

import pytest

from engine.reliability.fallback import Fallback


def fails(*_args):
    raise KeyError("down")


async def afails(*_args):
    raise KeyError("down")


def stored(key):
    return f"stored {key}"


async def astored(key):
    return f"stored {key}"


async def test_alternatives_get_the_same_arguments():
    """In their order, the first that succeeds counts."""
    assert Fallback(fails, stored, fails).call(fails, "a") == "stored a"
    assert await Fallback(afails, astored).acall(afails, "a") == "stored a"


async def test_an_asynchronous_call_may_fall_back_to_a_plain_function():
    """A stored answer need not be awaited."""
    assert await Fallback(stored).acall(afails, "a") == "stored a"


def test_only_what_is_named_leads_on():
    """A mistake of the caller's own is not covered up."""
    with pytest.raises(KeyError):
        Fallback(stored, on=(OSError, ValueError)).call(fails, "a")


def test_where_all_fail_the_last_error_is_raised():
    """And each way that failed is told."""
    heard = []
    with pytest.raises(KeyError, match="down"):
        Fallback(fails, fails, name="f", on_event=heard.append).call(fails, "a")
    assert [(event.name, event.way) for event in heard] == [("f", 0), ("f", 1)]


async def test_a_block_has_its_default():
    """Where it fails; where it does not, what it has set."""
    fallback = Fallback()
    with fallback.guard(0) as held:
        held.value = fails()
    async with fallback.guard(0) as other:
        other.value = 5
    assert (held.value, held.fell_back, other.value, other.fell_back) == (0, True, 5, False)


def test_a_block_raises_what_is_not_named():
    """As a call does."""
    with pytest.raises(KeyError), Fallback(on=OSError).guard(0):
        fails()

"""What is heard of a program, written down as steps."""

import random

from engine.contracts import (
    ErrorSpec,
    Exchange,
    ModelRequest,
    Step,
    ToolCall,
    assistant,
    system,
    tool_result,
    user,
)
from engine.interchange import Chronicle
from engine.models.overheard import Spoken
from engine.models.scripted import reply
from engine.orchestration import Key

CALL = ToolCall(id="c1", name="add", arguments={"a": 1})


class World:
    """A chronicle, what it emitted, and a clock that counts calls."""

    def __init__(self):
        self.facts = []
        key = Key("run-1", "ep-1")
        self.chronicle = Chronicle(key, self.facts.append, "own", random.Random(0))
        self.now = 0.0

    def hear(self, prompt, outcome):
        self.now += 10
        request = ModelRequest(messages=tuple(prompt))
        self.chronicle.heard(Spoken("m", request, outcome, self.now, self.now + 5, {}))

    def steps(self):
        self.chronicle.close(self.now + 6)
        steps = [fact for fact in self.facts if isinstance(fact, Step)]
        return [(step.kind, [m.content for m in step.messages]) for step in steps]

    def tools(self):
        return [f for f in self.facts if isinstance(f, Exchange) and f.kind == "tool"]


def test_a_conversation_grows_by_what_is_new():
    """What was said before is not told again."""
    world, prompt = World(), [system("s"), user("q")]
    world.hear(prompt, reply("a"))
    world.hear([*prompt, assistant("a"), user("r")], reply("b"))
    assert world.steps() == [
        ("input", ["s", "q"]),
        ("model", ["a"]),
        ("human", ["r"]),
        ("model", ["b"]),
    ]


def test_results_belong_to_the_step_that_asked():
    """They stand in it, and an exchange lies between the answer and the next request."""
    world = World()
    world.hear([user("q")], reply("", CALL))
    world.hear([user("q"), assistant("", CALL), tool_result(CALL, "2")], reply("two"))
    assert world.steps()[1:] == [("model", ["", "2"]), ("model", ["two"])]
    (exchange,) = world.tools()
    assert (exchange.response, exchange.started_at, exchange.ended_at) == ("2", 10.0, 20.0)


def test_a_tool_told_by_hand_has_its_own_times_and_result():
    """A result that the model was told in the same words keeps its form."""
    world = World()
    world.hear([user("q")], reply("", CALL))
    world.chronicle.tool(CALL.model_copy(update={"id": ""}), {"n": 2}, (16.0, 17.0))
    world.hear([user("q"), assistant("", CALL), tool_result(CALL, '{"n":2}')], reply("two"))
    (exchange,) = world.tools()
    assert (exchange.response, exchange.started_at, exchange.ended_at) == ({"n": 2}, 16.0, 17.0)


def test_a_result_is_what_the_model_was_told():
    """Where the program put it in other words these are kept: the next call depends on them."""
    world = World()
    world.hear([user("q")], reply("", CALL))
    world.chronicle.tool(CALL, 2, (16.0, 17.0))
    world.hear([user("q"), assistant("", CALL), tool_result(CALL, "It is 2.")], reply("two"))
    assert world.tools()[0].response == "It is 2."


def test_a_tool_that_nobody_asked_for_is_a_step_of_its_own():
    """The program called it by itself."""
    world = World()
    world.hear([user("q")], reply("a"))
    world.chronicle.tool(CALL, 2, (16.0, 17.0))
    assert world.steps()[-1] == ("model", ["", "2"])


def test_another_prompt_begins_another_conversation():
    """Its steps say which one they belong to; the first is not marked."""
    world = World()
    world.hear([user("q")], reply("a"))
    world.hear([user("other")], reply("b"))
    world.chronicle.close(30)
    marks = [fact.attributes.get("conversation") for fact in world.facts if isinstance(fact, Step)]
    assert marks == [None, None, 1, 1]


def test_a_failed_attempt_is_a_step_without_messages():
    """The next attempt goes on in the same conversation."""
    world = World()
    world.hear([user("q")], ErrorSpec(code="model_timeout", message="late"))
    world.hear([user("q")], reply("a"))
    assert world.steps() == [("input", ["q"]), ("model", []), ("model", ["a"])]


def test_a_call_without_result_ends_with_the_episode():
    """The step is written down as far as it came."""
    world = World()
    world.hear([user("q")], reply("", CALL))
    assert world.steps()[-1] == ("model", [""])


def test_an_unknown_price_makes_the_sum_unknown():
    """It is never counted as 0."""
    world = World()
    world.hear([user("q")], reply("a").model_copy(update={"cost_usd": None}))
    world.hear([user("r")], reply("b"))
    assert world.chronicle.totals.cost_usd is None

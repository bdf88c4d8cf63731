"""Solvers without a model."""

import random
from collections import Counter

import orjson
import pytest

from engine.contracts import AgentSpec, JsonObject, TeamSpec
from engine.evals import BASELINES, Constant, Family, Outcome, Suite, Task, build_suite
from engine.evals.chance import draw
from engine.evals.scorers import Exact
from engine.tools import Toolbox

SCHEMA: JsonObject = {"type": "object", "properties": {"do": {"enum": ["a", "b"]}}}


def ring(bell: str) -> str:
    """Ring."""
    return bell


TEAMS = [
    TeamSpec(name="plain", entry="one", agents=(AgentSpec(name="one", instructions="x"),)),
    TeamSpec(
        name="desk",
        entry="front",
        agents=(
            AgentSpec(name="front", instructions="x", handoffs=("left", "right")),
            AgentSpec(name="left", instructions="x", response_schema=SCHEMA, tools=("ring",)),
            AgentSpec(name="right", instructions="x", response_schema=SCHEMA),
        ),
    ),
]


def _task(family: str, text: str = "3 of 12 hats", choices: tuple[str, ...] = ()) -> Task:
    return Task(family, family, text, "x", choices)


SUITE: Suite = build_suite(
    "s",
    families=[
        Family("plain", "plain", (Exact(),), constant=Constant("7")),
        Family("desk", "desk", (Exact(),), constant=Constant("{}", "left", ("ring",))),
    ],
    teams=TEAMS,
    tasks=[_task("plain"), _task("desk")],
    tools=Toolbox.of(ring),
)


def _many(task: Task) -> list[Outcome]:
    return [BASELINES["random"](task, SUITE, random.Random(seed)) for seed in range(400)]


def test_constant() -> None:
    """The constant is what the family declares: answer, agent and tools."""
    outcome = BASELINES["constant"](_task("desk"), SUITE, random.Random(0))
    assert (outcome.answer, outcome.agents) == ("{}", ("front", "left"))
    assert [call.name for call in outcome.calls] == ["ring"]


def test_constant_of_the_entry_agent() -> None:
    """Without an agent named, the entry agent gives the constant answer."""
    outcome = BASELINES["constant"](_task("plain"), SUITE, random.Random(0))
    assert (outcome.answer, outcome.agents) == ("7", ("one",))


def test_echo() -> None:
    """Echo gives the input back."""
    assert BASELINES["echo"](_task("plain"), SUITE, random.Random(0)).answer == "3 of 12 hats"


@pytest.mark.parametrize("name", sorted(BASELINES))
def test_transcript(name: str) -> None:
    """Every baseline's transcript begins with the input and ends with its answer."""
    outcome = BASELINES[name](_task("desk"), SUITE, random.Random(0))
    assert outcome.messages[0].content == "3 of 12 hats"
    assert outcome.messages[-1].content == outcome.answer


def test_random_agents_are_even() -> None:
    """Chance gives each agent that may take over its share."""
    counts = Counter(outcome.agents[-1] for outcome in _many(_task("desk")))
    assert set(counts) == {"left", "right"}
    assert abs(counts["left"] - 200) < 50


def test_random_answers_by_schema() -> None:
    """Under an answer schema chance draws from its enum."""
    drawn = {orjson.loads(outcome.answer or "")["do"] for outcome in _many(_task("desk"))}
    assert drawn == {"a", "b"}


def test_random_tools() -> None:
    """An agent with a tool calls it in half of the cases."""
    rang = [bool(o.calls) for o in _many(_task("desk")) if o.agents[-1] == "left"]
    assert 0.35 < sum(rang) / len(rang) < 0.65


def test_random_choices() -> None:
    """Without a schema chance draws from the task's choices."""
    assert {o.answer for o in _many(_task("plain", choices=("red", "blue")))} == {"red", "blue"}


def test_random_numbers() -> None:
    """Without choices chance draws a number of the input."""
    assert {o.answer for o in _many(_task("plain"))} == {"3", "12"}


def test_random_words() -> None:
    """Without numbers chance draws words of the input, one after the other."""
    assert all((o.answer or "") in "red hats fly" for o in _many(_task("plain", "red hats fly")))


def test_same_seed_same_draw() -> None:
    """What chance draws depends on the seed alone."""
    assert _many(_task("desk")) == _many(_task("desk"))


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"const": 5}, [5]),
        ({"type": "integer"}, [3, 13]),
        ({"type": "number"}, [3.0, 12.6]),
        ({"type": "boolean"}, [True, False]),
        ({"type": "null"}, [None]),
        ({"type": ["null", "integer"]}, [None, 3, 13]),
        ({"anyOf": [{"const": "k"}, {"type": "integer"}]}, ["k", 3, 13]),
        ({"type": "array", "items": {"enum": ["r"]}}, [["r"]]),
        ({"type": "object"}, [{}]),
    ],
)
def test_draw(schema: JsonObject, values: list[object]) -> None:
    """A drawn value is one that the schema allows, and all such are drawn."""
    drawn = [draw(schema, "3 of 12.6", random.Random(seed)) for seed in range(100)]
    assert all(value in values for value in drawn)
    assert all(value in drawn for value in values)

"""Solvers without a model: what a score is worth is seen beside them."""

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

import orjson

from engine.contracts import AgentSpec, Json, ToolCall, assistant
from engine.evals.chance import draw, draw_text
from engine.evals.outcome import Outcome
from engine.evals.suite import Suite
from engine.evals.task import Task

Baseline = Callable[[Task, Suite, random.Random], Outcome]


def constant(task: Task, suite: Suite, _rng: random.Random) -> Outcome:
    """What the family declares as its constant: an answer, by whom, after which tools."""
    fixed = suite.family(task.family).constant
    entry = suite.team(task).entry
    return _outcome(
        task,
        fixed.answer,
        agents=tuple(dict.fromkeys((entry, fixed.agent or entry))),
        calls=tuple(ToolCall(id=f"call-{name}", name=name, arguments={}) for name in fixed.tools),
    )


def echo(task: Task, suite: Suite, _rng: random.Random) -> Outcome:
    """The input, unchanged, from the entry agent."""
    return _outcome(task, task.text, agents=(suite.team(task).entry,))


def random_choice(task: Task, suite: Suite, rng: random.Random) -> Outcome:
    """Whatever chance gives within the forms allowed.

    The agent is one that the entry agent may hand over to; it calls one of its tools or none, and
    answers by its answer schema, else with one of the choices, else with a number or words of the
    input.
    """
    team = suite.team(task)
    entry = team.agent(team.entry)
    agent = team.agent(rng.choice(entry.handoffs)) if entry.handoffs else entry
    return _outcome(
        task,
        _drawn_answer(task, agent, rng),
        agents=tuple(dict.fromkeys((entry.name, agent.name))),
        calls=_drawn_calls(task, agent, suite, rng),
    )


BASELINES: Mapping[str, Baseline] = MappingProxyType(
    {"constant": constant, "echo": echo, "random": random_choice}
)


def _drawn_answer(task: Task, agent: AgentSpec, rng: random.Random) -> str:
    if agent.response_schema is not None:
        return orjson.dumps(draw(agent.response_schema, task.text, rng)).decode()
    if task.choices:
        return rng.choice(task.choices)
    return draw_text(task.text, rng)


def _drawn_calls(
    task: Task, agent: AgentSpec, suite: Suite, rng: random.Random
) -> tuple[ToolCall, ...]:
    name = rng.choice((None, *agent.tools))
    if name is None:
        return ()
    drawn: Json = draw(suite.tools[name].spec.parameters, task.text, rng)
    arguments = drawn if isinstance(drawn, dict) else {}
    return (ToolCall(id=f"call-{name}", name=name, arguments=arguments),)


def _outcome(
    task: Task, answer: str, agents: tuple[str, ...], calls: tuple[ToolCall, ...] = ()
) -> Outcome:
    asked = (assistant("", *calls),) if calls else ()
    messages = (*task.messages, *asked, assistant(answer))
    return Outcome(answer=answer, messages=messages, agents=agents)

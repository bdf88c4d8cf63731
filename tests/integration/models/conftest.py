"""A faulty HTTP server on loopback, and clients for it and for the embedded server."""

import asyncio
import random
from contextlib import asynccontextmanager, suppress

import orjson
import pytest
from pydantic import SecretStr

from engine.clock import ManualClock, SystemClock
from engine.contracts import RetryPolicy
from engine.models.client import OpenAICompatible
from engine.models.embedded import SHARED
from engine.models.prices import LOCAL, PriceCard, Prices
from engine.reliability.retry import NEVER

PACE_S = 0.05  # between the parts of an endless reply


class FaultyServer:
    """Answers each connection with the next of the raw replies, and keeps what it was sent.

    A reply in a tuple is followed by its second part again and again until the client gives up.
    """

    def __init__(self, replies):
        self.replies = list(replies)
        self.requests = []
        self.url = ""

    async def handle(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        self.requests.append((head, orjson.loads(await reader.readexactly(length))))
        reply = self.replies.pop(0)
        writer.write(reply[0] if isinstance(reply, tuple) else reply)
        while isinstance(reply, tuple) and not reader.at_eof():
            writer.write(reply[1])
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), PACE_S)
        writer.close()


@asynccontextmanager
async def running(replies):
    faulty = FaultyServer(replies)
    server = await asyncio.start_server(faulty.handle, "127.0.0.1", 0)
    faulty.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    async with server:
        yield faulty


@pytest.fixture
def faulty():
    """Starts a server with the raw replies given, one a connection."""
    return running


@pytest.fixture
async def client():
    """Makes clients of a server that are closed after the test; their clock is by hand."""
    made = []

    def make(url, **fields):
        defaults = {
            "policy": RetryPolicy(attempts=3),
            "prices": Prices([PriceCard(model="m", input_usd=1.0, output_usd=1.0)]),
            "clock": ManualClock(),
            "rng": random.Random(0),
            "api_key": SecretStr("sk-12345"),
            "timeout_s": 5.0,
        }
        made.append(OpenAICompatible("remote", url, "m", **(defaults | fields)))
        return made[-1]

    yield make
    for model in made:
        await model.aclose()


@pytest.fixture(scope="session")
def embedded():
    """The embedded server, one for the whole session."""
    yield SHARED.acquire()
    SHARED.release()


@pytest.fixture
async def local(embedded):
    """A plain client of the embedded server."""
    model = OpenAICompatible(
        "local",
        embedded.url,
        embedded.model,
        policy=NEVER,
        prices=Prices([LOCAL]),
        clock=SystemClock(),
        rng=random.Random(0),
    )
    yield model
    await model.aclose()

"""A real HTTP tool on loopback that fails in every way that tools fail in."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

SLOW_S: Final = 0.3
"""What a slow answer takes."""

Writer = asyncio.StreamWriter
Answer = Callable[["Server", str, Writer], Awaitable[None]]


@dataclass(slots=True)
class Server:
    """What has happened at it."""

    url: str = ""
    requests: Counter[str] = field(default_factory=Counter)
    """By path."""
    effects: Counter[str] = field(default_factory=Counter)
    """By path: calls that were carried out, those of one idempotency key once."""
    keys: set[tuple[str, str]] = field(default_factory=set)

    def carry_out(self, path: str, key: str) -> None:
        """Do what is asked, once for each key."""
        if not key or (path, key) not in self.keys:
            self.effects[path] += 1
        self.keys.add((path, key))


@asynccontextmanager
async def faulty() -> AsyncIterator[Server]:
    """The server within the block; `server.url` and a path of `FAULTS` call its tool."""
    server = Server()
    under_way: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        under_way.update([task] if task else [])
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _serve(server, reader, writer)
        writer.close()
        under_way.difference_update([task] if task else [])

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        for task in tuple(under_way):
            task.cancel()
        await asyncio.gather(*under_way)


async def _serve(server: Server, reader: asyncio.StreamReader, writer: Writer) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    await reader.readexactly(int(headers.get("content-length", "0")))
    path = first.split()[1].strip("/")
    server.requests[path] += 1
    await FAULTS[path](server, headers.get("idempotency-key", ""), writer)
    await writer.drain()


def _send(writer: Writer, status: str, body: bytes, *more: str, length: int | None = None) -> None:
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
        *more,
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)


def _done(server: Server, path: str, key: str) -> bytes:
    server.carry_out(path, key)
    return json.dumps({"refunded": True}).encode()


async def _well(server: Server, key: str, writer: Writer) -> None:
    _send(writer, "200 OK", _done(server, "well", key))


async def _flaky(server: Server, key: str, writer: Writer) -> None:
    """Carries it out, and says that it failed, every other time."""
    body = _done(server, "flaky", key)
    if server.requests["flaky"] % 2:
        _send(writer, "500 Internal Server Error", b'"sorry"')
    else:
        _send(writer, "200 OK", body)


async def _throttled(server: Server, key: str, writer: Writer) -> None:
    if server.requests["throttled"] % 2:
        _send(writer, "429 Too Many Requests", b"", "Retry-After: 0.2")
    else:
        _send(writer, "200 OK", _done(server, "throttled", key))


async def _slow(server: Server, key: str, writer: Writer) -> None:
    await asyncio.sleep(SLOW_S)
    _send(writer, "200 OK", _done(server, "slow", key))


async def _hanging(server: Server, key: str, writer: Writer) -> None:
    """Carries it out, and never says so."""
    del writer
    server.carry_out("hanging", key)
    await asyncio.Event().wait()


async def _malformed(server: Server, key: str, writer: Writer) -> None:
    _send(writer, "200 OK", _done(server, "malformed", key)[:-4])


async def _dying(server: Server, key: str, writer: Writer) -> None:
    """Ends in the middle of its answer."""
    _send(writer, "200 OK", _done(server, "dying", key)[:5], length=1000)


async def _refusing(server: Server, key: str, writer: Writer) -> None:
    del server, key
    _send(writer, "422 Unprocessable Content", b'{"error": "the order is 400 days old"}')


FAULTS: Final[dict[str, Answer]] = {
    "well": _well,
    "flaky": _flaky,
    "throttled": _throttled,
    "slow": _slow,
    "hanging": _hanging,
    "malformed": _malformed,
    "dying": _dying,
    "refusing": _refusing,
}
"""What each path does."""

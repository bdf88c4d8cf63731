"""Recording an agent of one's own: `record_run`, `record_episode`, and HTTP clients that are heard.

client = wb.recorded_http(OpenAI())
with wb.record_episode("refund-7", suite="desk", agent="mine") as episode:
    answer = my_agent(client)          # every chat completion is recorded
    episode.answer(answer)
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx

from engine.contracts import JsonObject
from engine.errors import BadInput
from engine.models.overhear import AsyncRecordingTransport, RecordingTransport
from workbench.bootstrap.hearing import listening
from workbench.bootstrap.own_episode import OwnEpisode
from workbench.bootstrap.own_run import NO_SUITE, OwnRun

C = TypeVar("C")


def record_run(
    name: str = "",
    *,
    suite: str = NO_SUITE,
    agent: str = "own",
    model: str = "",
    tasks: int = 0,
    tenant: str = "local",
    tags: Sequence[str] = (),
    home: str | Path | None = None,
) -> OwnRun:
    """A run of one's own agent, for a `with`; give it to each `record_episode` in it.

    A `suite` that is known lends its tasks, families and scorers; any other name is a label alone.
    The `model` is that of the first call where it is not given. `tasks` says how many episodes are
    to come.
    """
    return OwnRun(
        name,
        suite=suite,
        agent=agent,
        model=model,
        tasks=tasks,
        tenant=tenant,
        tags=tags,
        home=home,
    )


def record_episode(
    task: str,
    *,
    suite: str = NO_SUITE,
    agent: str = "own",
    run: OwnRun | str | None = None,
    family: str = "",
    epoch: int = 0,
    model: str = "",
    tenant: str = "local",
    metadata: JsonObject | None = None,
    tags: Sequence[str] = (),
    home: str | Path | None = None,
) -> OwnEpisode:
    """Record what happens in a `with` block as an episode, in a new run of its own or in `run`.

    `run` is one under way, or the id of one that was recorded and to which the episode is added;
    suite, model, tenant and tags are then that run's. Entering raises `NotFound` where there is no
    such run, or the suite is known and has no such task, `BadInput` where another process records
    into the run.
    """
    given = metadata or {}
    if isinstance(run, OwnRun):
        return OwnEpisode(
            run, task, family=family, epoch=epoch, agent=_other(agent), metadata=given
        )
    led = OwnRun(
        suite=suite,
        agent=agent,
        model=model,
        tasks=1,
        tenant=tenant,
        tags=tags,
        home=home,
        reopen=run or "",
    )
    who = _other(agent) if run else agent
    return OwnEpisode(led, task, family=family, epoch=epoch, agent=who, metadata=given, alone=True)


def recorded_http(client: C) -> C:
    """Let the episode that is current hear each chat completion of a client; gives the client.

    Takes an `httpx.Client` or `httpx.AsyncClient`, or a client that has one, as those of the
    `openai` package do. Outside of an episode nothing is heard. Other requests are counted in the
    episode's metadata and not kept; tell their results with `episode.tool`. Headers, and with them
    keys, are never kept. Raises `BadInput` for anything else.
    """
    http: Any = getattr(client, "_client", client)
    if isinstance(http, httpx.Client):
        _wrap(http, RecordingTransport)
    elif isinstance(http, httpx.AsyncClient):
        _wrap(http, AsyncRecordingTransport)
    else:
        raise BadInput(
            f"{type(client).__name__} is no HTTP client that can be heard",
            hint="give an httpx client, or make one with transport=RecordingTransport(...)",
        )
    return client


def _other(agent: str) -> str:
    """The agent where it is not the run's own."""
    return "" if agent == "own" else agent


def _wrap(http: Any, kind: Any) -> None:
    """Put a recording transport around each of a client's, once; httpx has no other place."""
    if isinstance(http._transport, kind):
        return
    http._transport = kind(http._transport, listening)
    http._mounts = {
        pattern: None if mounted is None else kind(mounted, listening)
        for pattern, mounted in http._mounts.items()
    }

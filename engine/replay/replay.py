"""Leads a recorded episode through today's loop."""

import asyncio
from collections.abc import Callable
from functools import partial

from engine.contracts import Model
from engine.errors import BadInput
from engine.orchestration import Key, Loop, Parts
from engine.replay.clock import FollowingClock
from engine.replay.compare import ending_parting
from engine.replay.divergence import Divergence, Mode, Replayed
from engine.replay.follower import Follower
from engine.replay.recording import Recording
from engine.replay.setup import Setup
from engine.replay.standin import Answers, StandIn, StandInTools
from engine.replay.tape import Tape


async def replay(recording: Recording, setup: Setup, mode: Mode = Mode.STRICT) -> Replayed:
    """Run the loop on a recording, to its end or to the first divergence.

    Raises `BadInput` where the episode cannot be replayed. Models and tools that are live are
    called as they would be.
    """
    recording.check()
    late = await _run(recording, setup, mode, late=True)
    if late.divergence is None or mode is not Mode.STRICT:
        return late
    # It may come of a time that was read between two that are recorded.
    early = await _run(recording, setup, mode, late=False)
    return early if early.divergence is None or early.steps > late.steps else late


async def _run(recording: Recording, setup: Setup, mode: Mode, *, late: bool) -> Replayed:
    episode = recording.episode
    tools = StandInTools.playing(setup.tools, recording) if mode is not Mode.TOOLS_LIVE else None
    clock = FollowingClock(recording, late=late)
    tape = Tape(recording, mode, clock, tools)
    parts = Parts(
        model=_models(recording, setup, mode),
        tools=tools or setup.tools,
        emit=tape.emit,
        clock=clock,
        seed=setup.seed,
        scribe=partial(Follower, tape=tape, requests=recording.requests),
    )
    loop = Loop(setup.team, parts, Key(episode.run_id, episode.episode_id, episode.tenant))
    divergence = await _lead(loop, setup, tape, recording, mode)
    return Replayed(
        run_id=episode.run_id,
        episode_id=episode.episode_id,
        task_id=episode.task_id,
        mode=mode,
        steps=tape.replayed,
        divergence=divergence,
    )


async def _lead(
    loop: Loop, setup: Setup, tape: Tape, recording: Recording, mode: Mode
) -> Divergence | None:
    try:
        result = await loop.run(setup.inputs, setup.replies)
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) and task.cancelling():
            raise
        result = loop.result  # the recording was cancelled here, not the replay
    last = recording.steps[-1].index if recording.steps else 0
    return (
        tape.divergence or tape.left() or ending_parting(recording.episode, result, mode, step=last)
    )


def _models(recording: Recording, setup: Setup, mode: Mode) -> Callable[[str | None], Model]:
    """Finds the models that the loop asks: live ones, or those that stand in for them."""
    if mode is Mode.MODEL_LIVE:
        if setup.live is None:
            raise BadInput("there is no model to ask", where=recording.episode.episode_id)
        return setup.live
    answers = Answers(recording)

    def find(name: str | None) -> Model:
        return StandIn(name or setup.model, answers, setup)

    return find

"""Leads a recorded episode through today's loop."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

from engine.contracts import Json, Model
from engine.errors import BadInput
from engine.orchestration import Key, Log, Loop, Parts, Result
from engine.orchestration.log import outcome_json
from engine.replay.clock import FollowingClock
from engine.replay.compare import ending_parting
from engine.replay.divergence import Mode, Replayed
from engine.replay.follower import Follower
from engine.replay.recording import Decided, Recording
from engine.replay.setup import Setup
from engine.replay.standin import Answers, StandIn, StandInTools
from engine.replay.tape import Tape


async def replay(recording: Recording, setup: Setup, mode: Mode = Mode.STRICT) -> Replayed:
    """Run the loop on a recording, to its end or to the first divergence.

    Raises `BadInput` where the episode cannot be replayed. Models and tools that are live are
    called as they would be.
    """
    recording.check()
    _check_decisions(recording, setup)
    late = await _run(recording, setup, mode, late=True)
    if late.divergence is None or mode is not Mode.STRICT:
        return late
    # It may come of a time that was read between two that are recorded.
    early = await _run(recording, setup, mode, late=False)
    return early if early.divergence is None or early.steps > late.steps else late


async def _run(recording: Recording, setup: Setup, mode: Mode, *, late: bool) -> Replayed:
    """Lead it to its end as it was led then: parked where it waited, and on with what was said."""
    episode = recording.episode
    stage = _Stage.of(recording, setup, mode, late=late)
    tape, result = await _lead(stage, Log(), 0.0)
    for decided in recording.decisions:
        if tape.divergence or result.wait is None:
            break
        stage.clock.resume(decided.at)
        entries = {**result.log, **_said(stage, decided, result.wait.key)}
        tape, result = await _lead(stage, Log(entries), result.elapsed_s)
    last = recording.steps[-1].index if recording.steps else 0
    return Replayed(
        run_id=episode.run_id,
        episode_id=episode.episode_id,
        task_id=episode.task_id,
        mode=mode,
        steps=tape.replayed,
        divergence=tape.divergence
        or tape.left()
        or ending_parting(episode, result, mode, step=last),
    )


@dataclass(frozen=True, slots=True)
class _Stage:
    """What one replay is led with, from wait to wait."""

    recording: Recording
    setup: Setup
    mode: Mode
    clock: FollowingClock
    tools: StandInTools | None
    models: Callable[[str | None], Model]

    @classmethod
    def of(cls, recording: Recording, setup: Setup, mode: Mode, *, late: bool) -> Self:
        live = mode is Mode.TOOLS_LIVE
        return cls(
            recording,
            setup,
            mode,
            FollowingClock(recording, late=late),
            None if live else StandInTools.playing(setup.tools, recording),
            _models(recording, setup, mode),
        )


def _check_decisions(recording: Recording, setup: Setup) -> None:
    """Raise `BadInput` where more was decided about a step's calls than they are asked about.

    Such a word was about a call that was cut short when its process died: a replay has no such.
    """
    counts = Counter(one.step for one in recording.decisions if one.step is not None)
    agents = {agent.name: agent for agent in setup.team.agents}
    for index, count in counts.items():
        step = recording.by_index[index]
        agent = agents.get(step.agent)
        calls = [call.name for message in step.messages for call in message.tool_calls]
        if agent and count > sum(name in agent.approvals for name in calls):
            raise BadInput(
                f"{recording.episode.episode_id} cannot be replayed: a person decided at step "
                f"{index} about a call that was cut short, or that waits for nobody today"
            )


def _said(stage: _Stage, decided: Decided, key: str) -> dict[str, Json]:
    """Entries of the log for a decision at that key of it.

    A call whose arguments a person changed stands in the recording under those that the model gave:
    its result is not looked for by what was called.
    """
    said: dict[str, Json] = {key: decided.decision.model_dump(mode="json")}
    place = key.partition(":")[0]
    position = place.rpartition(".")[2]
    if stage.tools is None or decided.decision.arguments is None or decided.step is None:
        return said
    if position.isdecimal() and (
        exchange := stage.recording.by_place.get((decided.step, int(position)))
    ):
        said[f"{place}:tool"] = outcome_json(exchange.error or exchange.response)
    return said


async def _lead(stage: _Stage, log: Log, elapsed_s: float) -> tuple[Tape, Result]:
    """Run the loop from the beginning with what is in the log, to its end or its next wait."""
    recording, setup = stage.recording, stage.setup
    episode = recording.episode
    tape = Tape(recording, stage.mode, stage.clock, stage.tools)
    parts = Parts(
        model=stage.models,
        tools=stage.tools or setup.tools,
        emit=tape.emit,
        clock=stage.clock,
        seed=setup.seed,
        log=log if setup.team.may_wait else None,
        elapsed_s=elapsed_s,
        scribe=partial(Follower, tape=tape, requests=recording.requests),
    )
    loop = Loop(setup.team, parts, Key(episode.run_id, episode.episode_id, episode.tenant))
    try:
        return tape, await loop.run(setup.inputs, setup.replies)
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) and task.cancelling():
            raise
        return tape, loop.result  # the recording was cancelled here, not the replay


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

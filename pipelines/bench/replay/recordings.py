"""Recordings to be replayed: as they were imported, and in full, with what the model was asked."""

import random
from collections.abc import Iterator
from pathlib import Path

from engine.clock import ManualClock
from engine.contracts import Episode, Exchange, Fact, Step
from engine.interchange import FORMATS, read_recordings
from engine.orchestration import Key, Loop, Parts
from engine.replay import Recording, Setup
from engine.replay.standin import Answers, RecordedEnd, StandIn, StandInTools


def imported(home: Path) -> Iterator[Recording]:
    """The episodes of the file, in its order; raises `NotFound` or `BadInput` naming it."""
    for facts in read_recordings(FORMATS["tau-bench"], home, now=0.0):
        if any(isinstance(fact, Episode) for fact in facts):
            yield Recording.of(facts)


async def in_full(recording: Recording, setup: Setup) -> Recording:
    """The same episode led through the loop and recorded there, its requests to the model too."""
    facts: list[Fact] = []
    episode = recording.episode
    model = StandIn(setup.model, Answers(recording), setup)
    parts = Parts(
        model=lambda _name: model,
        tools=StandInTools.playing(setup.tools, recording),
        emit=facts.append,
        clock=ManualClock(episode.started_at),
        rng=random.Random(0),
    )
    loop = Loop(setup.team, parts, Key(episode.run_id, episode.episode_id))
    await loop.run(setup.inputs, setup.replies)
    return Recording.of(_sound(facts, episode))


def _sound(facts: list[Fact], episode: Episode) -> Iterator[Fact]:
    """All but the call that was begun where the recording says no more."""
    yield episode
    for fact in facts:
        if isinstance(fact, Step | Exchange) and not _past_the_end(fact):
            yield fact


def _past_the_end(fact: Step | Exchange) -> bool:
    return fact.error is not None and fact.error.code == RecordedEnd.__name__

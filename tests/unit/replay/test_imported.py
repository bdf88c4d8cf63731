"""Recordings of others through the loop."""

from functools import cache
from pathlib import Path

import pytest

from engine.contracts import Episode
from engine.errors import BadInput
from engine.interchange import FORMATS, read_recordings
from engine.replay import Difference, Recording, imported_setup, replay
from tests.unit.replay.world import edited, record

pytestmark = pytest.mark.data("tau-bench")


@cache
def recordings(home: Path) -> list[Recording]:
    """The first twenty episodes."""
    groups = (g for g in read_recordings(FORMATS["tau-bench"], home / "tau-bench", now=0.0))
    whole = (g for g in groups if any(isinstance(fact, Episode) for fact in g))
    return [Recording.of(group) for _, group in zip(range(20), whole, strict=False)]


async def test_an_imported_episode_replays_whole(data_home: Path) -> None:
    """Its messages drive a conversation, people's turns among them, to the same states."""
    for recording in recordings(data_home):
        done = await replay(recording, imported_setup(recording))
        assert (done.divergence, done.steps) == (None, len(recording.steps))


async def test_a_changed_message_of_an_imported_episode_is_found(data_home: Path) -> None:
    """A message that is not the one the recorded state was made of leaves another state."""
    recording = recordings(data_home)[0]
    steps = list(recording.steps)
    said = steps[2].messages[0].model_copy(update={"content": "something else"})
    steps[2] = steps[2].model_copy(update={"messages": (said,)})
    changed = Recording(recording.episode, tuple(steps), recording.exchanges)
    found = (await replay(changed, imported_setup(changed))).divergence
    assert found
    assert (found.kind, found.step) == (Difference.STATE_CHANGED, 2)


async def test_a_changed_call_of_an_imported_episode_is_found(data_home: Path) -> None:
    """A recorded call with another argument is not the one that its message asks for."""
    recording = recordings(data_home)[0]
    call = next(e for e in recording.exchanges if e.kind == "tool")
    request = {**call.request, "arguments": {"user_id": "nobody"}}
    changed = edited(recording, call.step_index, call.position, request=request)
    found = (await replay(changed, imported_setup(changed))).divergence
    assert found
    assert (found.kind, found.step) == (Difference.ARGUMENT_CHANGED, call.step_index)


async def test_a_recording_without_instructions_is_refused() -> None:
    """A conversation that nothing begins is named as what it is."""
    recording = await record(["hello"])
    bare = Recording(recording.episode, recording.steps[1:], ())
    with pytest.raises(BadInput, match="does not begin with instructions"):
        imported_setup(bare)

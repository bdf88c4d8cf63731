"""Seeded edits of recordings, and what a replay makes of them."""

import random
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from engine.replay import Recording, Setup, imported_setup, replay
from pipelines.bench.replay.edits import KINDS, edits
from pipelines.bench.replay.recordings import imported, in_full
from pipelines.bench.replay.run import measure
from pipelines.bench.result import Options

pytestmark = pytest.mark.data("tau-bench")


@pytest.fixture
async def full(data_home: Path) -> list[tuple[Recording, Setup]]:
    """A few episodes with what the model was asked."""
    staged = [(recording, imported_setup(recording)) for recording in _some(data_home)]
    return [(await in_full(recording, setup), setup) for recording, setup in staged]


@cache
def _some(data_home: Path) -> list[Recording]:
    return list(islice(imported(data_home / "tau-bench"), 8))


async def test_a_full_recording_has_the_states_of_the_imported_one(
    data_home: Path, full: list[tuple[Recording, Setup]]
) -> None:
    """Led through the loop it comes to the same states, and now holds a request a model call."""
    for brief, (recording, _) in zip(_some(data_home), full, strict=True):
        assert [s.state_hash for s in recording.steps] == [s.state_hash for s in brief.steps]
        asked = sum(e.kind == "model" for e in recording.exchanges)
        assert asked == sum(step.kind == "model" for step in brief.steps)


async def test_edits_depend_on_the_seed_alone(full: list[tuple[Recording, Setup]]) -> None:
    """The same seed gives the same edits, of each kind as many."""
    recordings = [recording for recording, _ in full]
    one, same, other = (edits(recordings, 20, seed) for seed in (0, 0, 1))
    assert [(name, e.step) for name, e in one] == [(name, e.step) for name, e in same]
    assert [e.step for _, e in one] != [e.step for _, e in other]
    assert {name: [n for n, _ in one].count(name) for name in KINDS} == dict.fromkeys(KINDS, 5)


@pytest.mark.parametrize("name", KINDS)
async def test_an_edit_is_found_where_it_is(name: str, full: list[tuple[Recording, Setup]]) -> None:
    """A replay of the edited recording stops at the edited step."""
    for number, (recording, setup) in enumerate(full):
        edit = KINDS[name](recording, random.Random(number))
        if edit is None:  # nothing in it to edit so
            continue
        found = (await replay(edit.recording, setup)).divergence
        assert found
        assert found.step == edit.step


def test_without_recordings_nothing_is_measured() -> None:
    """Each metric is null and says what is missing."""
    results = measure(Options(data=Path("no-such-folder")))
    assert {result.value for result in results} == {None}
    assert all("no-such-folder" in result.note for result in results)

"""Recordings of tau-bench as a guard is shown them, and what it makes of them."""

from functools import cache
from pathlib import Path

import pytest

from engine.orchestration.guard import Act, Observation
from pipelines.bench.loop_guard.detectors import guard
from pipelines.bench.loop_guard.tau_bench import Recorded, recorded

pytestmark = pytest.mark.data("tau-bench")
AGAIN = Observation("agent", (Act("get_user_details", {"user_id": "mia_li_3668"}, "Error: busy"),))


@pytest.fixture
def episodes(data_home: Path) -> list[Recorded]:
    """All of them."""
    return _read(data_home)


@cache
def _read(data_home: Path) -> list[Recorded]:
    return recorded(data_home / "tau-bench")


def test_counts(episodes: list[Recorded]) -> None:
    """84 of 200 episodes passed; a step is one message of the agent with the calls it asks for."""
    steps = [step for episode in episodes for step in episode.steps]
    passed = sum(episode.passed for episode in episodes)
    acts = sum(len(step.acts) for step in steps)
    assert (len(episodes), passed, len(steps), acts) == (200, 84, 2454, 1164)


def test_errors(episodes: list[Recorded]) -> None:
    """A result that begins with `Error` is a failed call."""
    acts = [act for episode in episodes for step in episode.steps for act in step.acts]
    assert {act.failed for act in acts if act.result.startswith("Error")} == {True}
    assert {act.failed for act in acts if not act.result.startswith("Error")} == {False}


def test_replied(episodes: list[Recorded]) -> None:
    """A text that the user answers is replied to; a call is not."""
    steps = [step for episode in episodes for step in episode.steps]
    assert {bool(step.acts) for step in steps if step.replied} == {False}


def test_no_success_is_cut(episodes: list[Recorded]) -> None:
    """The guard as it comes cuts none of the episodes that passed."""
    assert [e.task for e in episodes if e.passed and guard()(e.steps) is not None] == []


def test_every_success_can_be_cut(episodes: list[Recorded]) -> None:
    """A repetition planted into any of them is cut where it is."""
    for episode in (episode for episode in episodes if episode.passed):
        half = len(episode.steps) // 2
        planted = (*episode.steps[:half], *[AGAIN] * 5, *episode.steps[half:])
        assert guard()(planted) in range(half, half + 5)

"""A watch for drift."""

from random import Random

import pytest

from engine.contracts import DriftReport, DriftState
from engine.routing.drift import arrived, report, turned_out, watch

RNG = Random(0)
REFERENCE = {"length": [RNG.gauss(0, 1) for _ in range(2_000)], "none": []}


def fed(state: DriftState, shift: float, count: int = 500) -> list[DriftReport]:
    rng, reports = Random(1), []
    for _ in range(count):
        found = arrived(state, {"length": rng.gauss(shift, 1)})
        state = found.state
        reports += [found.report] if found.report else []
    return reports


@pytest.mark.parametrize(("shift", "moved"), [(0.0, False), (0.2, False), (1.0, True)])
def test_a_feature_that_moves_is_reported(*, shift: float, moved: bool) -> None:
    """Each time a window is full; by chance alone none is."""
    found = fed(watch(REFERENCE, window=250), shift)
    assert [one.drifted for one in found] == [moved] * 2
    assert [one.feature for one in found[0].features] == ["length"]


def test_a_small_window_is_not_taken_for_drift() -> None:
    """Its index is above the threshold by chance, and below what chance gives."""
    [found] = fed(watch(REFERENCE, window=30), 0.0, 30)
    assert found.features[0].psi > 0.1
    assert not found.drifted


@pytest.mark.parametrize(
    ("chance", "passes", "side"), [(0.9, 0.7, "over"), (0.6, 0.8, "under"), (0.8, 0.78, None)]
)
def test_chances_that_no_longer_hold_are_reported(
    chance: float, passes: float, side: str | None
) -> None:
    """Too high or too low by more than the margin; a little off is none of it."""
    rng, state = Random(2), watch({})
    for _ in range(60):
        state = turned_out(state, [chance] * 10, [rng.random() < passes for _ in range(10)])
    found = report(state)
    assert found.miscalibrated == found.drifted == (side is not None)
    assert (
        side is None or max(("over", "under"), key=lambda s: getattr(found, f"log_e_{s}")) == side
    )


def test_a_watch_goes_on_from_what_is_kept() -> None:
    """Through JSON and back; what is not a number counts nowhere."""
    state = arrived(watch(REFERENCE), {"length": 0.5}).state
    state = turned_out(state, [0.5], [True])
    assert DriftState.parse(state.model_dump_json()) == state
    again = arrived(state, {"length": float("nan")}).state
    assert (again.features, again.seen) == (state.features, 2)

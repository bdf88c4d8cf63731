"""How the tools of all processes stand now, as gauges."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Final

from engine.clock import SystemClock
from engine.contracts import ToolStatus
from engine.telemetry import Metrics, status_gauges
from workbench.bootstrap.tool_state import state_of
from workbench.settings import Settings

FRESH_S: Final = 30.0
"""What a process told longer ago than this is no longer so: it tells it each second."""
_MOST_DOUBTS: Final = 10_000
_SHARED: Final = frozenset({"breaker_state"})
"""Gauges of what all processes share; the others add up."""


def set_tool_gauges(metrics: Metrics, home: Path) -> None:
    """Set the gauges of tools whose processes live, and how many calls are in doubt."""
    now = SystemClock().now()
    with state_of(Settings.load(home=home)) as state:
        if state is None:
            return
        told = state.board.listed(since=now - FRESH_S)
        metrics.set("tool_calls_in_doubt", len(state.keys.doubtful(now, _MOST_DOUBTS)))
    for tool, statuses in groupby(told, key=lambda status: status.tool):
        for name, value in _together(statuses).items():
            metrics.set(name, value, tool=tool)


def _together(statuses: Iterable[ToolStatus]) -> dict[str, float]:
    """The gauges of one tool over its processes."""
    found: dict[str, float] = {}
    for status in sorted(statuses, key=lambda status: status.updated_at):
        for name, value in status_gauges(status).items():
            found[name] = value if name in _SHARED else found.get(name, 0.0) + value
    return found

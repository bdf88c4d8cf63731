"""The agent loop: teams of agents, their tools, limits and endings."""

from engine.orchestration.loop import Loop, Parts
from engine.orchestration.meter import Meter
from engine.orchestration.result import Result
from engine.orchestration.scribe import Emit, Key
from engine.orchestration.team import handoff_tool, team_tools
from engine.orchestration.transcript import Transcript

__all__ = [
    "Emit",
    "Key",
    "Loop",
    "Meter",
    "Parts",
    "Result",
    "Transcript",
    "handoff_tool",
    "team_tools",
]

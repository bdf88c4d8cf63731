"""The agent loop: teams of agents, their tools, limits and endings."""

from engine.orchestration.log import Log
from engine.orchestration.loop import Loop
from engine.orchestration.meter import Meter
from engine.orchestration.parts import Parts
from engine.orchestration.result import Result
from engine.orchestration.scribe import Emit, Key, Scribe, Turn
from engine.orchestration.team import handoff_tool, team_tools
from engine.orchestration.transcript import Transcript

__all__ = [
    "Emit",
    "Key",
    "Log",
    "Loop",
    "Meter",
    "Parts",
    "Result",
    "Scribe",
    "Transcript",
    "Turn",
    "handoff_tool",
    "team_tools",
]

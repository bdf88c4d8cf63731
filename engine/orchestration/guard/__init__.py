"""Keeps an agent loop from going on for ever; usable alone, around any loop.

`guard` is the state machine, `observation` what it is shown, `trace` how a step is remembered.
`repetition`, `likeness`, `progress` and `conduct` hold the rules; `budget` what may be used.
"""

from engine.orchestration.guard.budget import LocalBudget
from engine.orchestration.guard.guard import CONTINUE, Guard
from engine.orchestration.guard.observation import Act, Observation

__all__ = ["CONTINUE", "Act", "Guard", "LocalBudget", "Observation"]

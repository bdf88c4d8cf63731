"""Recorded episodes through today's loop: where they part from it, and what it is then."""

from engine.replay.divergence import Difference, Divergence, Mode, Replayed
from engine.replay.edit import Edit
from engine.replay.fork import forked
from engine.replay.heard import heard
from engine.replay.imported import imported_setup
from engine.replay.recording import Recording
from engine.replay.replay import replay
from engine.replay.setup import Setup

__all__ = [
    "Difference",
    "Divergence",
    "Edit",
    "Mode",
    "Recording",
    "Replayed",
    "Setup",
    "forked",
    "heard",
    "imported_setup",
    "replay",
]

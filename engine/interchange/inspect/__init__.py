"""Logs of Inspect: their samples as episodes, their events as a frame."""

from engine.interchange.inspect.events import EVENTS, event_frames, events_frame
from engine.interchange.inspect.log import INSPECT

__all__ = ["EVENTS", "INSPECT", "event_frames", "events_frame"]

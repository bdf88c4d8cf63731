"""The composition root: settings, store and engine parts put together."""

from workbench.bootstrap.evaluation import Bench, Listener, Request, evaluate, resume
from workbench.bootstrap.places import suite_folders

__all__ = ["Bench", "Listener", "Request", "evaluate", "resume", "suite_folders"]

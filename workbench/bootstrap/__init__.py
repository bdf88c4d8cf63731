"""The composition root: settings, store and engine parts put together."""

from workbench.bootstrap.escalations import decide
from workbench.bootstrap.evaluation import evaluate, go_on, resume
from workbench.bootstrap.places import suite_folders
from workbench.bootstrap.request import Bench, Listener, Request

__all__ = [
    "Bench",
    "Listener",
    "Request",
    "decide",
    "evaluate",
    "go_on",
    "resume",
    "suite_folders",
]

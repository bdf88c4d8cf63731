"""The flows there are, and when each is run by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.errors import NotFound


@dataclass(frozen=True, slots=True)
class Entry:
    """A flow: the function `name` in the module `pipelines.flows.<name>`."""

    name: str
    cron: str
    """When it is run by itself, in UTC."""
    summary: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """What its scheduled runs are given."""

    @property
    def module(self) -> str:
        """Where it is imported from."""
        return f"pipelines.flows.{self.name}"


FLOWS: Final = {
    entry.name: entry
    for entry in (
        Entry(
            "evaluate",
            "0 2 * * *",
            "Evaluate a suite with models, agents and baselines.",
            {"tags": ["nightly"]},
        ),
        Entry(
            "replay",
            "0 4 * * *",
            "Lead recorded episodes through today's loop.",
            {"tag": "nightly"},
        ),
        Entry("report", "0 5 * * *", "Turn a run into an HTML report.", {"tag": "nightly"}),
        Entry("maintain", "15 * * * *", "Keep the store small and fast."),
    )
}


def entry(name: str) -> Entry:
    """The flow of that name; raises `NotFound` with those there are."""
    if name not in FLOWS:
        raise NotFound(f"no flow {name!r}", hint=f"known: {', '.join(FLOWS)}")
    return FLOWS[name]

"""What a person has chosen on a page, apart from the widgets that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

ANY = "any"
"""What a filter says that is not set."""


@dataclass(frozen=True, slots=True)
class RunsState:
    """Filters of the Runs page and the runs selected there; null: not filtered by it."""

    suite: str | None = None
    agent: str | None = None
    model: str | None = None
    status: str | None = None
    tag: str | None = None
    search: str | None = None
    selected: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, str], selected: tuple[str, ...]) -> Self:
        """From what widgets hold: `any` and an empty search filter nothing."""
        kept = {name: text.strip() for name, text in values.items()}
        given = {name: text for name, text in kept.items() if text not in {ANY, ""}}
        return cls(**given, selected=selected)

"""What a person has chosen on a page, apart from the widgets that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

ANY: Final = "any"
"""What a filter says that is not set."""
FILTERS: Final = ("suite", "agent", "model", "status", "tag")


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
    def of(cls, values: Mapping[str, str], selected: tuple[str, ...] = ()) -> Self:
        """From what widgets or an address hold: `any` and an empty text filter nothing."""
        kept = {name: text.strip() for name, text in values.items()}
        given = {name: text for name, text in kept.items() if text not in {ANY, ""}}
        return cls(**given, selected=selected)

    @property
    def parameters(self) -> dict[str, str]:
        """The filters that are set, as they stand in the address."""
        named = ((name, getattr(self, name)) for name in (*FILTERS, "search"))
        return {name: text for name, text in named if text is not None}

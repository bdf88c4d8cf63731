"""What a pack of patterns is made of, and what a detector gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Confirm = Callable[[str, int, int], int | None]
"""Given the text and a candidate's start and end: the end of what is confirmed, or null."""

# Ids, words and longer numbers end with one of these; nothing is found up to their middle.
END: Final = r"(?![A-Za-z0-9])"


@dataclass(frozen=True, slots=True)
class Span:
    """Where something was found: characters `start` to before `end`, and its type."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in which a type is written.

    A candidate is what `regex` matches after `before`; it is masked, `before` is not. Neither has
    groups of its own, and both match a bounded number of characters, so that text made to mislead
    costs no more than that number at each place. `confirm` says whether a candidate is one and
    where it ends; a confirmed one runs on over `tail`, however long.
    """

    type: str
    regex: str
    before: str = ""
    tail: str = ""
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class LocalePack:
    """The patterns of one country, or of all; the more specific of two stands first.

    `secret_names` is a regular expression of names, in small letters with underscores, whose
    values are masked in data whatever they look like.
    """

    name: str
    patterns: tuple[Pattern, ...]
    secret_names: str = ""


def mask(kind: str) -> str:
    """What stands in the place of a found text of this type."""
    return f"[{kind}]"

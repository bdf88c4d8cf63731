"""Says the same in other words: what an agent does that goes round without noticing it.

Ordinary English alternatives, written down without a look at how a guard compares texts. Names and
numbers stay as they are.
"""

import random
import re
from collections.abc import Mapping
from typing import Final

_GROUPS: Final = (
    ("find", "look up", "search for", "locate"),
    ("check", "verify", "confirm", "make sure of"),
    ("list", "enumerate", "name"),
    ("get", "fetch", "obtain", "retrieve"),
    ("read", "go through", "open"),
    ("compare", "contrast"),
    ("count", "work out", "determine"),
    ("summarise", "sum up", "describe briefly"),
    ("report", "tell me", "write down"),
    ("opening hours", "opening times", "hours of opening"),
    ("price", "cost", "fare"),
    ("cheapest", "lowest-priced", "least expensive"),
    ("latest", "most recent", "newest"),
    ("official website", "website", "home page", "web page"),
    ("annual report", "yearly report"),
    ("number", "count", "total"),
    ("customer", "client", "account holder"),
    ("order", "purchase"),
    ("article", "paper", "publication"),
    ("author", "writer"),
    ("error", "failure", "fault"),
    ("test", "check"),
    ("file", "document"),
    ("delivery", "shipment"),
    ("average", "mean"),
    ("table", "overview"),
    ("city", "town"),
    ("route", "way", "connection"),
    ("every", "each"),
    ("information", "details", "facts"),
)
_MOVED: Final = 0.4  # how often the phrase is moved to the front
_OPENED: Final = 0.5  # how often something is put before it all
_CLOSED: Final = 0.3  # and after it
_BEFORE: Final = ("Please", "Could you", "Once more,", "Now", "I need you to", "Next,")
_AFTER: Final = ("again", "carefully", "once more", "and report back", "if you can")


def reword(text: str, rng: random.Random) -> str:
    """The text with other words, another order or something added; never quite as it was.

    A bar in the text, as in `Find the price | on the website`, is where a phrase can be moved.
    """
    while (said := _once(text, rng)) == plain(text):
        pass
    return said


def plain(text: str) -> str:
    """The text as it is said first: without the bar."""
    return text.replace(" | ", " ") + "."


def _once(text: str, rng: random.Random) -> str:
    main, _, phrase = _other_words(text, rng).partition(" | ")
    if phrase and rng.random() < _MOVED:
        said = f"{phrase}, {_lower(main)}"
    else:
        said = f"{main} {phrase}".rstrip()
    if rng.random() < _OPENED:
        said = f"{rng.choice(_BEFORE)} {_lower(said)}"
    if rng.random() < _CLOSED:
        said = f"{said} {rng.choice(_AFTER)}"
    return said[0].upper() + said[1:] + "."


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _alternatives(groups: tuple[tuple[str, ...], ...]) -> Mapping[str, tuple[str, ...]]:
    return {word: group for group in groups for word in group}


_SAME: Final = _alternatives(_GROUPS)
_ANY: Final = re.compile(
    rf"\b({'|'.join(sorted(map(re.escape, _SAME), key=len, reverse=True))})\b", re.IGNORECASE
)


def _other_words(text: str, rng: random.Random) -> str:
    """Each word or phrase that has alternatives is left or changed, one as likely as another."""
    return _ANY.sub(lambda found: rng.choice(_SAME[found[0].lower()]), text)

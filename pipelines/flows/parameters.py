"""Parameters as they are typed on a command line."""

from collections.abc import Iterable
from typing import Any

import orjson

from engine.errors import BadInput


def parse(items: Iterable[str]) -> dict[str, Any]:
    """`name=value` items as a mapping; a value that is JSON is read as such, else it is text.

    Raises `BadInput` for an item of another form.
    """
    return dict(_pair(item) for item in items)


def _pair(item: str) -> tuple[str, Any]:
    name, sign, text = item.partition("=")
    if not (name and sign):
        raise BadInput(f"{item!r} is not of the form name=value", where="--param")
    try:
        return name, orjson.loads(text)
    except orjson.JSONDecodeError:
        return name, text

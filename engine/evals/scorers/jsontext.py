"""JSON out of an answer's text."""

import json
import re

from engine.contracts import Json

_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)
_OPENING = re.compile(r"[\[{]")
_DECODER = json.JSONDecoder()


class _Nothing:
    """Stands for no JSON at all, since null is a value."""


NOTHING = _Nothing()


def json_in(text: str) -> Json | _Nothing:
    """The JSON value that a text is, or holds in a code fence, or its first object or array.

    `NOTHING` where there is none.
    """
    fenced = _FENCE.search(text)
    for candidate in (text, *([fenced[1]] if fenced else [])):
        try:
            value: Json = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        return value
    return _first_value(text)


def _first_value(text: str) -> Json | _Nothing:
    for opening in _OPENING.finditer(text):
        try:
            value: Json
            value, _end = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            continue
        return value
    return NOTHING

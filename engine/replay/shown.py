"""A difference between two JSON values that people can read."""

import difflib
import json
from itertools import islice
from typing import Final

from engine.contracts import Json

LONGEST: Final = 160
"""Characters of a text that are shown."""
_BEFORE: Final = 40
"""Of those, the ones that stand before the place where two texts part."""
_LINES: Final = 60
"""Lines of a difference that are shown."""


def difference(recorded: Json, now: Json) -> str:
    """A unified difference over indented JSON, long texts cut around where they part."""
    old, new = _cut(recorded, now), _cut(now, recorded)
    lines = difflib.unified_diff(_lines(old), _lines(new), "recorded", "now", lineterm="", n=2)
    shown = list(islice(lines, _LINES + 1))
    if len(shown) > _LINES:
        shown[_LINES:] = ["… (more is different)"]
    return "\n".join(shown)


def _lines(value: Json) -> list[str]:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def _cut(value: Json, other: Json) -> Json:
    """The value with its long texts cut where they part from those of `other`."""
    if isinstance(value, str):
        return _cut_text(value, other if isinstance(other, str) else "")
    if isinstance(value, dict):
        beside = other if isinstance(other, dict) else {}
        return {name: _cut(item, beside.get(name)) for name, item in value.items()}
    if isinstance(value, list):
        longer = [*other, *[None] * len(value)] if isinstance(other, list) else [None] * len(value)
        return [_cut(item, twin) for item, twin in zip(value, longer, strict=False)]
    return value


def _cut_text(text: str, other: str) -> str:
    if len(text) <= LONGEST:
        return text
    pairs = enumerate(zip(text, other, strict=False))
    same = next((at for at, (one, two) in pairs if one != two), min(len(text), len(other)))
    start = max(0, min(same, len(text)) - _BEFORE) if other and text != other else 0
    end = start + LONGEST
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"

"""How strictly a JSON Schema binds an answer: a grade from 0 (anything goes) to 1."""

from collections.abc import Mapping
from typing import Any, Final

from engine.contracts.keywords import target

_Schema = Mapping[str, Any]

CLOSED: Final = 0.8
"""Grade from which on every object is closed and every value has a type."""
_OPEN: Final = 0.5
"""Best of an object that takes further properties."""
_MAP: Final = 0.7
"""Best of an object whose property names are free, but not their values."""
_SCALARS: Final = frozenset({"string", "number", "integer", "boolean", "null"})
_DEPTH: Final = 64
"""Schemas nested deeper are graded 0: nothing is known of what lies below."""


def strictness(schema: Mapping[str, Any]) -> float:
    """The grade of the loosest part that an answer can be made of.

    A scalar with a type, an enumeration or a constant is 1. An object is 0.8 where it is closed,
    and up to 1 as more of its properties are required (all of them, as providers' strict modes
    ask); at most 0.5 where it is open, at most 0.7 where only its values have a type. A list is
    what its items are. Of alternatives the loosest counts, of `allOf` the strictest; a reference
    is what it stands for, and 0 where it leads out of the schema. No type at all is 0.
    """
    return _grade(schema, schema, frozenset(), _DEPTH)


def _grade(root: _Schema, part: Any, seen: frozenset[str], depth: int) -> float:
    if not isinstance(part, Mapping):
        return 1.0 if part is False else 0.0
    if not depth:
        return 0.0
    if "enum" in part or "const" in part:
        return 1.0
    below = [_typed(root, part, seen, depth - 1)]
    if isinstance(ref := part.get("$ref"), str):
        below.append(_referred(root, ref, seen, depth - 1))
    below += [
        min(_grade(root, one, seen, depth - 1) for one in parts)
        for union in ("anyOf", "oneOf")
        if isinstance(parts := part.get(union), list) and parts
    ]
    if isinstance(parts := part.get("allOf"), list):
        below += [_grade(root, one, seen, depth - 1) for one in parts]
    return max(below)


def _typed(root: _Schema, part: _Schema, seen: frozenset[str], d: int) -> float:
    kinds = part.get("type")
    grades = []
    for kind in [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []:
        if kind in _SCALARS:
            grades.append(1.0)
        elif kind == "array":
            grades.append(_items(root, part, seen, d))
        else:
            grades.append(_object(root, part, seen, d) if kind == "object" else 0.0)
    return min(grades, default=0.0)


def _items(root: _Schema, part: _Schema, seen: frozenset[str], d: int) -> float:
    """Items after the listed ones, and the listed ones, as loose as the loosest."""
    first = part.get("prefixItems")
    listed = first if isinstance(first, list) else []
    return min(_grade(root, one, seen, d) for one in [*listed, part.get("items", True)])


def _object(root: _Schema, part: _Schema, seen: frozenset[str], d: int) -> float:
    known = part.get("properties")
    known = known if isinstance(known, Mapping) else {}
    needed = part.get("required")
    needed = set(needed) & known.keys() if isinstance(needed, list) else set()
    share = len(needed) / len(known) if known else 1.0
    rest = part.get("additionalProperties", part.get("unevaluatedProperties", True))
    if rest is False:
        own = CLOSED + (1 - CLOSED) * share
    else:
        free = _grade(root, rest, seen, d)
        own = min(_MAP, free) if free else _OPEN * share * bool(known)
    return min([own, *(_grade(root, one, seen, d) for one in known.values())])


def _referred(root: _Schema, ref: str, seen: frozenset[str], depth: int) -> float:
    """A part that refers to itself adds nothing looser to what is graded of it already."""
    if ref in seen:
        return 1.0
    if not ref.startswith("#"):
        return 0.0
    try:
        return _grade(root, target(root, ref), seen | {ref}, depth)
    except (KeyError, TypeError):
        return 0.0

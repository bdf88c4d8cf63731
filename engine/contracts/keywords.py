"""What one JSON Schema keyword refuses that an old schema allowed."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any] | bool
Flat = tuple[Mapping[str, Any], ...]
"""Parts of a schema, all of which hold, without references and `allOf`."""

_EVERY: Final = frozenset({"null", "boolean", "object", "array", "string", "integer", "fraction"})
_NUMBERS: Final = frozenset({"integer", "fraction"})
"""A number is whole or it is not; `number` allows both."""

_ABOUT: Final = frozenset(
    {
        *("$schema", "$defs", "$comment", "title", "description", "default", "examples"),
        *("deprecated", "readOnly", "writeOnly", "discriminator"),
    }
)
"""Words about a schema, which refuse nothing."""
_LOWER: Final[Mapping[str, frozenset[str]]] = {
    "minimum": _NUMBERS,
    "exclusiveMinimum": _NUMBERS,
    "minLength": frozenset({"string"}),
    "minItems": frozenset({"array"}),
    "minProperties": frozenset({"object"}),
}
_UPPER: Final[Mapping[str, frozenset[str]]] = {
    "maximum": _NUMBERS,
    "exclusiveMaximum": _NUMBERS,
    "maxLength": frozenset({"string"}),
    "maxItems": frozenset({"array"}),
    "maxProperties": frozenset({"object"}),
}
_SAME: Final[Mapping[str, frozenset[str]]] = {
    "pattern": frozenset({"string"}),
    "format": _EVERY,
    "multipleOf": _NUMBERS,
    "uniqueItems": frozenset({"array"}),
}
"""Words that an old schema meets only by saying the same."""
_STRICTER: Final = {
    "minimum": "exclusiveMinimum",
    "maximum": "exclusiveMaximum",
}
FOLLOWED: Final = frozenset(
    {
        *("type", "enum", "const", "$ref", "allOf", "anyOf"),
        *("properties", "required", "additionalProperties", "items", "prefixItems"),
        *_ABOUT,
        *_LOWER,
        *_UPPER,
        *_SAME,
    }
)
"""Words whose meaning can be followed in the new schema."""
WIDENING: Final = frozenset({"patternProperties", "$dynamicRef", "$id", "$anchor"})
"""Words that make an old schema allow more than its other words say."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A place in the new schema, and what is refused there."""

    pointer: str
    what: str


def kinds_of(parts: Flat) -> frozenset[str]:
    """The JSON types that all parts allow, numbers told apart into whole ones and fractions."""
    kinds = _EVERY
    for part in parts:
        kinds &= _kinds(part.get("type"))
    return kinds


def values_of(parts: Flat) -> list[Any] | None:
    """Every value that is allowed, where they can be told one by one; else null."""
    for part in parts:
        if "const" in part:
            return [part["const"]]
        if "enum" in part:
            return list(part["enum"])
    kinds = kinds_of(parts)
    if not kinds <= {"null", "boolean"}:
        return None
    return [None] * ("null" in kinds) + [True, False] * ("boolean" in kinds)


def plain_refusals(old: Flat, new: Mapping[str, Any], at: str) -> Iterator[Refusal]:
    """What the words of `new` refuse that speak of a value as a whole."""
    kinds = kinds_of(old)
    if lost := kinds - _kinds(new.get("type")):
        yield Refusal(f"{at}/type", f"{named(lost)} is not taken")
    for word in ("enum", "const"):
        if word in new:
            yield Refusal(f"{at}/{word}", "only some values are taken")
    for words, met in ((_LOWER, _is_above), (_UPPER, _is_below), (_SAME, _is_said)):
        for word in words.keys() & new.keys():
            if kinds & words[word] and not any(met(part, word, new[word]) for part in old):
                yield Refusal(f"{at}/{word}", f"{word} is {said(new[word])}")


def named(kinds: Iterable[str]) -> str:
    """Types as people say them."""
    return " and ".join(sorted("number" if kind == "fraction" else kind for kind in kinds))


def said(value: object) -> str:
    """A value of a schema as JSON."""
    return json.dumps(value, ensure_ascii=False)


def _kinds(types: str | Sequence[str] | None) -> frozenset[str]:
    if types is None:
        return _EVERY
    listed = {types} if isinstance(types, str) else set(types)
    return frozenset(listed - {"number"} | (_NUMBERS if "number" in listed else set()))


def _is_above(part: Mapping[str, Any], word: str, bound: float) -> bool:
    if word == "exclusiveMinimum" and part.get("minimum", bound) > bound:
        return True
    return any(value >= bound for value in _said_of(part, word)) or _free(word, bound)


def _is_below(part: Mapping[str, Any], word: str, bound: float) -> bool:
    if word == "exclusiveMaximum" and part.get("maximum", bound) < bound:
        return True
    return any(value <= bound for value in _said_of(part, word))


def _said_of(part: Mapping[str, Any], word: str) -> list[float]:
    """Bounds of the same kind or a stricter one."""
    return [part[name] for name in (word, _STRICTER.get(word, word)) if name in part]


def _free(word: str, bound: float) -> bool:
    """No length and no number of things is below 0."""
    return word.startswith("min") and word != "minimum" and bound <= 0


def _is_said(part: Mapping[str, Any], word: str, value: object) -> bool:
    return value is False or (word in part and part[word] == value)


def target(document: Mapping[str, Any], ref: str) -> Schema:
    """What a reference within the document stands for."""
    found: Any = document
    for step in ref.removeprefix("#").split("/")[1:]:
        found = found[step.replace("~1", "/").replace("~0", "~")]
    schema: Schema = found
    return schema

"""Whether everything that one JSON Schema allows is valid under another, and where it is not.

The answer errs on one side: what is called a subset is one; where the meaning of a schema cannot be
followed, it is called none. An old schema is a set of parts that all hold, and a property's parts
come together from all of them, so that references and `allOf` need no merging.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import jsonschema

from engine.contracts.base import canonical
from engine.contracts.boundary import escaped
from engine.contracts.keywords import (
    FOLLOWED,
    WIDENING,
    Flat,
    Refusal,
    Schema,
    kinds_of,
    named,
    plain_refusals,
    said,
    target,
    values_of,
)

_NO_END: Final = 2**63
_UNIONS: Final = frozenset({"anyOf", "oneOf"})
_RESOLVED: Final = frozenset({"$ref", "allOf", "$defs", "$schema"})


@dataclass(frozen=True, slots=True)
class Subset:
    """Compares an old document with a new one."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    _asked: set[bytes] = field(default_factory=set)

    def refusals(self) -> list[Refusal]:
        """Each place where the new schema refuses something that the old one allows."""
        found = self._refusals((self.old,), self.new, "")
        return list({(refusal.pointer, refusal.what): refusal for refusal in found}.values())

    def _refusals(self, old: tuple[Schema, ...], new: Schema, at: str) -> list[Refusal]:
        """What is being asked already, of a schema within itself, is not asked again."""
        key = canonical([list(old), new])
        if key in self._asked:
            return []
        self._asked.add(key)
        try:
            return list(self._compared(old, new, at))
        finally:
            self._asked.discard(key)

    def _compared(self, old: tuple[Schema, ...], new: Schema, at: str) -> Iterator[Refusal]:
        parts = _flat(self.old, old)
        if new is True or parts is None:
            return
        if isinstance(new, bool):
            yield Refusal(at, "nothing is taken")
            return
        union = next((part for part in parts if _UNIONS & part.keys()), None)
        if union is None:
            yield from self._single(parts, new, at)
            return
        rest = tuple(part for part in parts if part is not union)
        trunk = {word: value for word, value in union.items() if word not in _UNIONS}
        for branch in union.get("anyOf") or union["oneOf"]:
            yield from self._refusals((*rest, trunk, branch), new, at)

    def _single(self, old: Flat, new: Mapping[str, Any], at: str) -> Iterator[Refusal]:
        """Against old parts without unions."""
        values = values_of(old)
        if values is not None:
            yield from self._listed(old, values, new, at)
            return
        if "$ref" in new:
            yield from self._refusals(old, target(self.new, new["$ref"]), new["$ref"][1:])
        for place, part in enumerate(new.get("allOf", ())):
            yield from self._refusals(old, part, f"{at}/allOf/{place}")
        yield from _unfollowed(old, new, at)
        if "anyOf" in new:
            yield from self._any(old, new["anyOf"], at)
        yield from plain_refusals(old, new, at)
        kinds = kinds_of(old)
        if "object" in kinds:
            yield from self._objects(old, new, at)
        if "array" in kinds:
            yield from self._arrays(old, new, at)

    def _listed(
        self, old: Flat, values: list[Any], new: Mapping[str, Any], at: str
    ) -> Iterator[Refusal]:
        """Of the values that one part lists those count that the other parts allow, too."""
        then, now = _judge(self.old, old), _judge(self.new, (new,))
        allowed = (value for value in values if then.is_valid(value))
        if lost := [said(value) for value in allowed if not now.is_valid(value)]:
            yield Refusal(at, f"{', '.join(lost)} not taken")

    def _any(self, old: Flat, branches: list[Schema], at: str) -> Iterator[Refusal]:
        """One branch has to take all; where none does, the one that comes nearest is shown."""
        near = []
        for place, branch in enumerate(branches):
            found = self._refusals(old, branch, f"{at}/anyOf/{place}")
            if not found:
                return
            if kinds_of(old) & kinds_of(_flat(self.new, (branch,)) or ()):
                near.append(found)
        if near:
            yield from min(near, key=len)
        else:
            yield Refusal(f"{at}/anyOf", f"{named(kinds_of(old))} not taken")

    def _objects(self, old: Flat, new: Mapping[str, Any], at: str) -> Iterator[Refusal]:
        needed = {name for part in old for name in part.get("required", ())}
        for name in new.get("required", ()):
            if name not in needed:
                yield Refusal(f"{at}/properties/{escaped(name)}", f"{said(name)} is required")
        listed, others = new.get("properties", {}), new.get("additionalProperties", True)
        known = {name for part in old for name in part.get("properties", {})}
        for name in sorted(known | listed.keys()):
            place = f"{at}/properties/{escaped(name)}"
            below = tuple(_property(part, name) for part in old)
            if name in listed or others is not False:
                yield from self._refusals(below, listed.get(name, others), place)
            elif _flat(self.old, below) is not None:
                yield Refusal(place, f"{said(name)} is no field and others are forbidden")
        rest = tuple(part.get("additionalProperties", True) for part in old)
        if others is not False:
            yield from self._refusals(rest, others, f"{at}/additionalProperties")
        elif _flat(self.old, rest) is not None:
            yield Refusal(f"{at}/additionalProperties", "other fields are forbidden")

    def _arrays(self, old: Flat, new: Mapping[str, Any], at: str) -> Iterator[Refusal]:
        first, others = new.get("prefixItems", ()), new.get("items", True)
        longest = min((part.get("maxItems", _NO_END) for part in old), default=_NO_END)
        shown = max([len(first), *(len(part.get("prefixItems", ())) for part in old)])
        for place in range(min(shown, longest)):
            below = tuple(_item(part, place) for part in old)
            if place < len(first):
                yield from self._refusals(below, first[place], f"{at}/prefixItems/{place}")
            else:
                yield from self._refusals(below, others, f"{at}/items")
        if longest > shown:
            rest = tuple(part.get("items", True) for part in old)
            yield from self._refusals(rest, others, f"{at}/items")


def _judge(document: Mapping[str, Any], parts: Flat) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        {"$defs": document.get("$defs", {}), "allOf": list(parts)}
    )


def _flat(document: Mapping[str, Any], parts: tuple[Schema, ...]) -> Flat | None:
    """The parts with what references and `allOf` stand for; null: they allow nothing."""
    flat: list[Mapping[str, Any]] = []
    waiting, seen = list(parts), set()
    for part in waiting:  # grows as it goes
        if part is False:
            return None
        if isinstance(part, bool):
            continue
        ref = part.get("$ref")
        if ref is not None and ref not in seen:
            seen.add(ref)
            waiting.append(target(document, ref))
        waiting += part.get("allOf", ())
        own = {word: value for word, value in part.items() if word not in _RESOLVED}
        if own not in flat:
            flat.append(own)
    return tuple(flat)


def _unfollowed(old: Flat, new: Mapping[str, Any], at: str) -> Iterator[Refusal]:
    """Words whose meaning is not followed; where the schema is just as it was, no matter."""
    words = sorted(new.keys() - FOLLOWED | {word for part in old for word in part} & WIDENING)
    own = {word: value for word, value in new.items() if word not in _RESOLVED}
    if words and (own not in old or "$ref" in str(new)):
        yield Refusal(f"{at}/{escaped(words[0])}", f"{words[0]} cannot be compared")


def _property(part: Mapping[str, Any], name: str) -> Schema:
    found: Schema = part.get("properties", {}).get(name, part.get("additionalProperties", True))
    return found


def _item(part: Mapping[str, Any], place: int) -> Schema:
    first = part.get("prefixItems", ())
    found: Schema = first[place] if place < len(first) else part.get("items", True)
    return found

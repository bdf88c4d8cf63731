"""What has changed between two sets of schemas, and for whom that breaks.

A record is written by one version and read by another, so a change can break in two ways:

- *old data refused*: something valid before is not valid now. Stored facts and callers that have
  not moved yet are lost: such a change is **breaking**.
- *old readers refuse*: something valid now was not valid before, as a new field is where other
  fields are forbidden. Readers have to move first: said of a change, it does not make it breaking.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.contracts.boundary import escaped
from engine.contracts.subset import Subset

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]


_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("title", "description", "examples"), "the same data is valid as before"),
    "default": "the same data is valid as before; where the field is left out it means another",
}
"""Words about a field that readers see and that refuse nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place in one file."""

    file: str
    pointer: str
    """JSON pointer in the schema that refuses: the new one, or of what is taken now the old one."""
    what: str
    why: str
    breaking: bool = False
    """Whether old data is refused."""
    old_readers_refuse: bool = False


def compare(old: Schemas, new: Schemas) -> list[Change]:
    """Every change by file, the breaking ones of each first."""
    changes: list[Change] = []
    for file in sorted(old.keys() | new.keys()):
        found = _of_file(file, old.get(file), new.get(file))
        changes += sorted(found, key=lambda change: (not change.breaking, change.pointer))
    return changes


def _of_file(file: str, old: Schema | None, new: Schema | None) -> Iterator[Change]:
    if new is None:
        why = "old data refused: nothing reads it any more"
        yield Change(file, "", "the record is gone", why, breaking=True)
    elif old is None:
        why = "old readers refuse: they do not know it"
        yield Change(file, "", "the record is new", why, old_readers_refuse=True)
    else:
        yield from _refused(file, _by_pointer(Subset(old, new)), _by_pointer(Subset(new, old)))
        yield from _reworded(file, old, new, "")


def _refused(file: str, lost: Mapping[str, str], gained: Mapping[str, str]) -> Iterator[Change]:
    """What new readers refuse of the old, and what old readers refuse of the new."""
    for pointer, what in lost.items():
        before = gained.get(pointer)
        why = f"old data refused: {what}" + (f"; old readers refuse: {before}" if before else "")
        yield Change(file, pointer, what, why, breaking=True, old_readers_refuse=before is not None)
    for pointer in gained.keys() - lost.keys():
        what = f"taken now; before, {gained[pointer]}"
        why = f"old readers refuse: {gained[pointer]}"
        yield Change(file, pointer, what, why, old_readers_refuse=True)


def _by_pointer(subset: Subset) -> dict[str, str]:
    """The first thing refused at each place."""
    found: dict[str, str] = {}
    for refusal in subset.refusals():
        found.setdefault(refusal.pointer, refusal.what)
    return found


def _reworded(file: str, old: Any, new: Any, at: str) -> Iterator[Change]:
    """Changed words of what both have."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return
    for name in sorted(old.keys() & new.keys()):
        place, before, now = f"{at}/{escaped(name)}", old[name], new[name]
        if name in _WORDS and before != now and not isinstance(before, Mapping):
            yield Change(file, place, f"{name} changed", _WORDS[name])
        yield from _reworded(file, before, now, place)

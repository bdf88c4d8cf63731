"""The profile for what others send: tolerant of fields we do not know, which are counted.

A provider's new field never breaks a run: it is dropped. It does not go unnoticed either: it is
reported by its place. Inside, records are strict; see `Record`.
"""

import threading
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict

from engine.clock import Clock
from engine.contracts.boundary import cut, escaped, json_type
from engine.contracts.facts import UnknownField

MAX_FIELDS: Final = 200
"""Fields kept by name for one source: a hostile server must not fill our memory."""
OTHERS: Final = "(others)"
"""The name under which all further ones are counted."""

Report = Callable[[str, str], None]
"""Takes an unknown field: its place as a JSON pointer, `*` for any index, and its JSON type."""


def ignore(_field: str, _kind: str) -> None:
    """Report nothing."""


class Wire(BaseModel):
    """A part of a remote format: what is read of it, and what is known and not read.

    Names neither in the fields nor in `known` are unknown; `drop_unknown` reports them.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    known: ClassVar[frozenset[str]] = frozenset()


def drop_unknown(value: Wire, report: Report, place: str = "") -> None:
    """Report each unknown field in `value` and below, and let go of what they held."""
    extra = value.__pydantic_extra__
    if extra:
        for name in extra.keys() - value.known:
            report(cut(f"{place}/{escaped(name)}"), json_type(extra[name]))
        extra.clear()
    for name in _parts(type(value)):
        part = getattr(value, name)
        if isinstance(part, Wire):
            drop_unknown(part, report, f"{place}/{name}")
        elif isinstance(part, tuple):
            for item in part:
                drop_unknown(item, report, f"{place}/{name}/*")


@cache
def _parts(kind: type[Wire]) -> tuple[str, ...]:
    """The fields that hold parts, by their type: the others need not be looked at."""
    return tuple(name for name, f in kind.model_fields.items() if _holds_wire(f.annotation))


def _holds_wire(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Wire):
        return True
    return any(map(_holds_wire, getattr(annotation, "__args__", ())))


class UnknownFields:
    """Counts unknown fields by source until `take` is called; safe from several threads."""

    def __init__(self, clock: Clock, limit: int = MAX_FIELDS) -> None:
        self._clock = clock
        self._limit = limit
        self._names: dict[str, set[str]] = {}
        self._counts: dict[tuple[str, str], _Count] = {}
        self._lock = threading.Lock()

    def reporter(self, source: str) -> Report:
        """What counts under that source."""
        return lambda field, kind: self.add(source, field, kind)

    def add(self, source: str, field: str, kind: str) -> None:
        """Count a field once; beyond the limit of names it goes under `OTHERS`."""
        now = self._clock.now()
        with self._lock:
            names = self._names.setdefault(source, set())
            if field not in names and len(names) >= self._limit:
                field = OTHERS
            names.add(field)
            seen = self._counts.get((source, field))
            if seen is None:
                seen = self._counts[source, field] = _Count(kind, now)
            seen.count += 1
            seen.last = now

    def take(self, run_id: str, tenant: str = "local") -> tuple[UnknownField, ...]:
        """What was counted since the last time, as facts of a run."""
        with self._lock:
            counts, self._counts = self._counts, {}
        return tuple(
            UnknownField(
                tenant=tenant,
                run_id=run_id,
                source=source,
                field=field,
                count=seen.count,
                example_type=seen.kind,
                first_seen_at=seen.first,
                last_seen_at=seen.last,
            )
            for (source, field), seen in counts.items()
        )


class _Count:
    """How often a field was seen, and when."""

    __slots__ = ("count", "first", "kind", "last")

    def __init__(self, kind: str, now: float) -> None:
        self.kind = kind
        self.first = self.last = now
        self.count = 0

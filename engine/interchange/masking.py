"""Facts with the personal data and secrets in their texts masked.

Ids, names of models, tools and tasks, numbers and times stay as they are. A digest of what was
masked would let a short secret be guessed: that of a request is made anew, that of a state is
left out, and the step's attributes, or the episode's metadata, say `redacted`.
"""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from engine.contracts import (
    REDACTED,
    Episode,
    ErrorSpec,
    Exchange,
    Fact,
    MessageSpec,
    Provenance,
    Record,
    Step,
    canonical,
    digest,
)
from engine.privacy import Detector

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=Fact)

_TEXTS: Final = frozenset(
    {"answer", "reason", "text", "note", "content", "malformed", "message", "expected", "command"}
    | {"author", "owner", "reviewer", "rater"}
)
_DATA: Final = frozenset(
    {"metadata", "attributes", "request", "response", "details", "content", "figures"}
    | {"arguments", "settings"}
)


class Masker:
    """Masks facts by one detector."""

    def __init__(self, detector: Detector | None = None) -> None:
        self._detector = detector or Detector()

    def line(self, line: R) -> R:
        """The line with every fact on it masked."""
        changed = {
            name: tuple(self.facts(value))
            for name, value in line.__dict__.items()
            if isinstance(value, tuple)
        }
        return line.model_copy(update=changed)

    def facts(self, facts: Iterable[Fact]) -> Iterable[Fact]:
        """Each fact masked."""
        return map(self.fact, facts)

    def data(self, value: Any) -> Any:
        """JSON data masked."""
        return self._detector.redact_data(value)

    def fact(self, fact: F) -> F:
        """The fact itself where nothing in it is masked."""
        masked = self._record(fact)
        if masked is fact:
            return fact
        update: dict[str, Any] = {}
        if isinstance(masked, Exchange):
            update = {"request_hash": digest(canonical(masked.request))}
        elif isinstance(masked, Episode):
            update = {"state_hash": "", "metadata": {**masked.metadata, REDACTED: True}}
        elif isinstance(masked, Step):
            update = {"state_hash": "", "attributes": {**masked.attributes, REDACTED: True}}
        return masked.model_copy(update=update)

    def _record(self, record: R) -> R:
        values = record.__dict__
        found = {name: self._value(name, value) for name, value in values.items()}
        changed = {name: value for name, value in found.items() if value is not values[name]}
        return record.model_copy(update=changed) if changed else record

    def _value(self, name: str, value: Any) -> Any:
        """The value masked; the very same where there is nothing to mask."""
        if isinstance(value, MessageSpec | ErrorSpec | Provenance):
            return self._record(value)
        if isinstance(value, tuple):
            parts = tuple(self._record(p) if isinstance(p, Record) else p for p in value)
            same = all(new is old for new, old in zip(parts, value, strict=True))
            return value if same else parts
        if isinstance(value, str) and name in (_TEXTS | _DATA):
            masked: Any = self._detector.redact(value)
        elif name in _DATA and value is not None:
            masked = self.data(value)
        else:
            return value
        return value if masked == value else masked

"""Any value as plain data of text, numbers, lists and mappings, each text passed through."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from traceback import format_exception
from typing import Any, Final

from pydantic import BaseModel

Redact = Callable[[str, str], str]
"""Of a text and the name under which it stands: the text redacted."""

_DEEPEST: Final = 12  # levels of nesting; what lies deeper is one text
_CARRIERS: Final = frozenset({bool, float, type(None)})


def plain(value: Any, redact: Redact) -> Any:
    """Bring a value into plain data; a container that holds itself is cut there."""
    return _Walk(redact).value(value, "")


class _Walk:
    """One walk over a value; `name` is the keys under which a value stands, joined by points."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact
        self._open: list[int] = []

    def value(self, value: Any, name: str) -> Any:
        if type(value) in _CARRIERS:
            return value
        if isinstance(value, Enum):
            return self.value(value.value, name)
        if isinstance(value, str | int | bytes | bytearray | memoryview):
            return self._scalar(value, name)
        if id(value) in self._open:
            return "..."
        if len(self._open) >= _DEEPEST:
            return self._shown(value, name)
        self._open.append(id(value))
        try:
            return self._inside(value, name)
        finally:
            self._open.pop()

    def _scalar(self, value: str | int | bytes | bytearray | memoryview, name: str) -> Any:
        if isinstance(value, str):
            return self._redact(value, name)
        if isinstance(value, int):
            shown = self._redact(str(value), name)
            return value if shown == str(value) else shown
        return self._redact(bytes(value).decode(errors="backslashreplace"), name)

    def _inside(self, value: Any, name: str) -> Any:
        if isinstance(value, BaseException):
            return self._redact("".join(format_exception(value)), name)
        if isinstance(value, Mapping):
            return self._pairs(value.items(), name)
        if isinstance(value, BaseModel):
            return self._pairs(iter(value), name)
        if is_dataclass(value) and not isinstance(value, type):
            held = ((f.name, getattr(value, f.name, None)) for f in fields(value))
            return self._pairs(held, name)
        if isinstance(value, list | tuple | AbstractSet):
            return [self.value(item, name) for item in value]
        return self._shown(value, name)

    def _pairs(self, pairs: Iterable[tuple[Any, Any]], name: str) -> dict[str, Any]:
        """Two keys that differ only in what is masked are told apart by a number."""
        result: dict[str, Any] = {}
        for key, value in pairs:
            told = key if isinstance(key, str) else str(self.value(key, ""))
            shown = unused = self._redact(told, "")
            while unused in result:
                unused = f"{shown}#{len(result)}"
            result[unused] = self.value(value, f"{name}.{told}" if name else told)
        return result

    def _shown(self, value: Any, name: str) -> str:
        if isinstance(value, date | time):
            return str(value)
        try:
            text = repr(value)
        except Exception as error:  # noqa: BLE001 - a log line survives a broken __repr__
            text = f"<{type(value).__name__} whose repr raised {type(error).__name__}>"
        return self._redact(text, name)

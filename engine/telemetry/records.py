"""Log records of libraries, redacted as they are made: every handler sees them masked."""

import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

Redact = Callable[[Any], Any]
"""Gives any value as plain data with what must not be shown masked."""


class RedactingFactory:
    """Makes the records of the `logging` module.

    A record without a find stays as it is: some formatters read its arguments one by one.
    """

    def __init__(self, redact: Redact, make: Callable[..., logging.LogRecord]) -> None:
        self._redact = redact
        self._make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        """Make a record as the factory before did, and mask what is found in it."""
        record = self._make(*args, **kwargs)
        self._mask_message(record)
        self._mask_error(record)
        if record.stack_info:
            record.stack_info = self._redact(record.stack_info)
        return record

    @classmethod
    def install(cls, redact: Redact) -> None:
        """Take the place of the factory in force, once."""
        current = logging.getLogRecordFactory()
        inner = current._make if isinstance(current, cls) else current
        logging.setLogRecordFactory(cls(redact, inner))

    def _mask_message(self, record: logging.LogRecord) -> None:
        text = _message(record)
        masked = self._redact(text)
        if masked == text and _holds(record, text):
            return
        record.args = self._arguments(record.args)
        if not _holds(record, masked):  # the find stands across the message and its arguments
            record.msg, record.args = masked, ()

    def _arguments(self, args: Any) -> Any:
        if isinstance(args, Mapping):
            return {name: self._redact(value) for name, value in args.items()}
        return tuple(map(self._redact, args or ()))

    def _mask_error(self, record: logging.LogRecord) -> None:
        """Where an error's text holds a find, it becomes part of the message."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return
        text = "".join(traceback.format_exception(error)).rstrip()
        masked = self._redact(text)
        if masked != text:
            record.msg = f"{_message(record)}\n{masked}"
            record.args, record.exc_info, record.exc_text = (), None, None


class _RootHandler(logging.Handler):
    """Writes to the standard error of the moment, which tests and servers exchange.

    Private in name too: Prefect takes a public handler at the root for a set-up of the user's own,
    and then shows none of its own lines.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except OSError:  # nobody reads any more, and there is nowhere else to say so
            self.handleError(record)


def route_root(formatter: logging.Formatter) -> None:
    """Show records of the root logger from warning on in our form, in the place of earlier calls.

    Where a handler of someone else's writes to the terminal already, it goes on doing so alone.
    """
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _RootHandler):
            root.removeHandler(handler)
    if not any(map(_on_terminal, root.handlers)):
        handler = _RootHandler(logging.WARNING)
        handler.setFormatter(formatter)
        root.addHandler(handler)


def _on_terminal(handler: logging.Handler) -> bool:
    streams = (sys.stderr, sys.stdout, sys.__stderr__, sys.__stdout__)
    return isinstance(handler, logging.StreamHandler) and handler.stream in streams


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # arguments that do not fit would be printed raw
        return f"{record.msg} {record.args}"


def _holds(record: logging.LogRecord, text: str) -> bool:
    """Whether the record is shown as this text, and without raising."""
    try:
        return record.getMessage() == text
    except (TypeError, ValueError, KeyError):
        return False

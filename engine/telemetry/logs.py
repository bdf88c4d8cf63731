"""Structured logs to standard error, one event a line, each redacted before it is written."""

import logging
import sys
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Literal

import structlog

from engine.telemetry.records import Redact, RedactingFactory, route_root

Level = Literal["debug", "info", "warning", "error"]
_Event = MutableMapping[str, Any]


class _Redaction:
    """The step of the chain after which nothing is added to a line any more."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact

    def __call__(self, _logger: Any, method: str, event: _Event) -> dict[str, Any]:
        try:
            return dict(self._redact(dict(event)))
        except Exception as error:  # noqa: BLE001 - a line neither leaks nor ends the program
            failed = type(error).__name__
            return {"event": f"log line withheld: redacting it raised {failed}", "level": method}


def configure(
    *, redact: Redact, form: Literal["console", "json"] = "console", level: Level = "warning"
) -> None:
    """Set form and least level of all log lines; safe to call again.

    `redact` is given every line as a dict (event, fields, bound fields, traceback) and gives it
    back as plain data that may be shown. Lines of libraries that use `logging` and warnings pass
    through it too, and are shown from warning on.
    """
    redaction = _Redaction(redact)
    shared = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    ending = [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redaction,
        _renderer(form),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.StackInfoRenderer(), *ending],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    RedactingFactory.install(redact)
    route_root(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    logging.captureWarnings(capture=True)


def get_logger() -> Any:
    """The logger; its lines carry what `bind` has bound around them.

    Ask for it where a line is written: until `configure` has been called it is one that shows no
    values, since nothing has said yet how to mask them.
    """
    processors = structlog.get_config()["processors"]
    if any(isinstance(step, _Redaction) for step in processors):
        return structlog.get_logger()
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[_withhold],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )


def bind(**fields: object) -> AbstractContextManager[None]:
    """Put fields such as run and episode ids on every line logged inside the block."""
    return structlog.contextvars.bound_contextvars(**fields)


def _renderer(form: Literal["console", "json"]) -> Any:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def _withhold(_logger: Any, method: str, _event: _Event) -> str:
    return f"{method}: a log line is withheld; engine.telemetry.configure(redact=…) shows it"

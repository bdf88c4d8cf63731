"""Structured logs to standard error, one event a line."""

import logging
import sys
from contextlib import AbstractContextManager
from typing import Any, Literal

import structlog

Level = Literal["debug", "info", "warning", "error"]


def configure(*, form: Literal["console", "json"] = "console", level: Level = "warning") -> None:
    """Set form and least level of all log lines; safe to call again."""
    render: Any = structlog.processors.JSONRenderer()
    if form == "console":
        render = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def get_logger() -> Any:
    """The logger; its lines carry what `bind` has bound around them."""
    return structlog.get_logger()


def bind(**fields: object) -> AbstractContextManager[None]:
    """Put fields such as run and episode ids on every line logged inside the block."""
    return structlog.contextvars.bound_contextvars(**fields)

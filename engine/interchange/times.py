"""Moments as recordings write them, as seconds since the Unix epoch."""

from datetime import UTC, datetime

from engine.errors import BadInput


def seconds_of(text: str, where: str) -> float:
    """An ISO 8601 moment; one without a time zone counts as UTC. Raises `BadInput`."""
    try:
        moment = datetime.fromisoformat(text)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise BadInput("is no ISO 8601 moment", where=where) from None
    if seconds < 0:
        raise BadInput("is a moment before 1970", where=where)
    return seconds


def span_of(*moments: float | None) -> tuple[float, float] | None:
    """The first and the last of the moments that are known; null: none is."""
    known = [moment for moment in moments if moment is not None]
    return (min(known), max(known)) if known else None

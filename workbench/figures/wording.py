"""Numbers as text, with their units, for labels and hover boxes."""

from datetime import datetime

import polars as pl

UNKNOWN = "unknown"


def percent(share: float) -> str:
    """A share from 0 to 1 in percent."""
    return f"{100 * share:.1f} %"


def interval(low: float, high: float) -> str:
    """A 95 % interval of a share; one that is not defined says so."""
    return "not defined" if low != low else f"{percent(low)} to {percent(high)}"  # noqa: PLR0124


def difference(shares: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{100 * shares:+.1f}"


def difference_interval(low: float, high: float) -> str:
    """Its interval, in points; one that is not defined says so."""
    return "not defined" if low != low else f"{difference(low)} to {difference(high)}"  # noqa: PLR0124


def usd(value: float | None) -> str:
    """A price; four digits below a dollar, for calls cost fractions of a cent."""
    if value is None:
        return UNKNOWN
    return f"${value:,.2f}" if value >= 1 else f"${value:.4f}"


def utc(moment: datetime) -> str:
    """A moment to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def series_names(frame: pl.DataFrame) -> list[str]:
    """What each row's run is called: agent and model, or the agent alone where none is asked."""
    return [
        f"{agent} · {model}" if model else agent
        for agent, model in frame.select("agent", "model").iter_rows()
    ]

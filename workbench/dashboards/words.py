"""How pages say numbers: with their units, and honestly where there is none."""

import math
from datetime import datetime
from typing import Final

NOTHING: Final = "–"  # noqa: RUF001
_MINUTE_S: Final = 60


def utc(moment: datetime | None) -> str:
    """A moment to the second."""
    return NOTHING if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def duration(seconds: float | None) -> str:
    """A stretch of time, to what matters at its length."""
    if seconds is None or math.isnan(seconds):
        return NOTHING
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE_S)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def milliseconds(seconds: float | None) -> str:
    """A stretch of time that is a part of a millisecond, or a few."""
    return NOTHING if seconds is None else f"{1000 * seconds:.2f} ms"


def usd(cost: float | None) -> str:
    """A price in US dollars; an unknown one is not zero."""
    if cost is None:
        return "unknown"
    return f"${cost:,.2f}" if cost >= 1 else f"${cost:.4f}"


def percent(share: float | None) -> str:
    """A share from 0 to 1 in percent."""
    return NOTHING if share is None or math.isnan(share) else f"{100 * share:.1f} %"


def interval(low: float | None, high: float | None) -> str:
    """A share's 95 % interval in percent, cut at 0 and 100."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return NOTHING
    return f"{100 * max(low, 0):.1f} to {100 * min(high, 1):.1f} %"


def decimal(value: float | None) -> str:
    """A share or a mean value as a number, to four places."""
    return NOTHING if value is None or math.isnan(value) else f"{value:.4f}"


def hundredths(value: float | None) -> str:
    """Agreement beyond chance, from -1 to 1."""
    return NOTHING if value is None or math.isnan(value) else f"{value:.2f}"


def ends(low: float | None, high: float | None) -> str:
    """The interval of such a figure."""
    return NOTHING if low is None or high is None else f"{hundredths(low)} to {hundredths(high)}"


def exact(value: float | None) -> str:
    """A standard error, to the seven places by which two reckonings are compared."""
    return NOTHING if value is None or math.isnan(value) else f"{value:.7f}"


def count(number: float | None) -> str:
    """A whole number, by thousands."""
    return NOTHING if number is None else f"{number:,.0f}"


def tokens(number: int | None, model: str) -> str:
    """Tokens; none at all where a model was asked means that nobody counted them."""
    return NOTHING if number == 0 and model else count(number)


def verdict(passed: bool | None) -> str:  # noqa: FBT001 - a column's value
    """Whether every scorer was content."""
    return {True: "passed", False: "failed", None: "not scored"}[passed]


def who(agent: str, model: str) -> str:
    """An agent with its model, where it asks one."""
    return f"{agent} · {model}" if model else agent

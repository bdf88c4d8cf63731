"""Numbers in words."""

import pytest

from workbench.dashboards import words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (float("nan"), "–"), (0.25, "250 ms"), (59.94, "59.9 s"), (61, "1 min 1 s")],  # noqa: RUF001
)
def test_durations_are_said_at_their_scale(seconds: float | None, said: str) -> None:
    """Milliseconds, seconds, minutes; an unknown one is a dash."""
    assert words.duration(seconds) == said


def test_hours_have_no_seconds() -> None:
    """What does not matter at that length is left out."""
    assert words.duration(3 * 3600 + 25 * 60 + 12) == "3 h 25 min"


@pytest.mark.parametrize(
    ("cost", "said"), [(None, "unknown"), (0.0, "$0.0000"), (0.00123, "$0.0012"), (12.5, "$12.50")]
)
def test_an_unknown_price_is_not_zero(cost: float | None, said: str) -> None:
    """Fractions of a cent are kept below a dollar."""
    assert words.usd(cost) == said


def test_an_interval_stays_on_its_scale() -> None:
    """Shares below 0 and above 100 % do not exist."""
    assert words.interval(-0.1, 1.1) == "0.0 to 100.0 %"

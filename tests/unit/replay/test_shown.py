"""Differences that people read."""

from hypothesis import given
from hypothesis import strategies as st

from engine.replay.shown import LONGEST, difference

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


def test_a_long_text_is_cut_around_the_place_that_differs() -> None:
    """Both sides show where they part, and no more than has room."""
    shown = difference({"text": "x" * 900 + "old" + "y" * 900}, {"text": "x" * 900 + "new"})
    assert "old" in shown
    assert "new" in shown
    assert max(map(len, shown.splitlines())) < LONGEST + 20


def test_a_long_difference_is_cut() -> None:
    """Of two that have nothing in common the beginning is shown."""
    lines = difference(list(range(500)), list(range(500, 1000))).splitlines()
    assert len(lines) < 70
    assert lines[-1] == "… (more is different)"


@given(JSON, JSON)
def test_every_pair_of_values_can_be_shown(one: object, other: object) -> None:
    """Equal values show no difference; any two are shown without an error."""
    assert difference(one, one) == ""  # type: ignore[arg-type]
    difference(one, other)  # type: ignore[arg-type]

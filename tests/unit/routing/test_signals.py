"""What a text says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.routing.signals import LONGEST, SIGNALS, excerpt, signals


def seen(text):
    return dict(zip(SIGNALS, signals(text), strict=True))


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("def add(a, b):\n    return a + b", "code"),
        ("```\nx\n```", "code"),
        ("Solve x^2 - 4 = 0", "maths"),
        ("What is 12 * 7?", "maths"),
        ("How many apples are left?", "asks_how_many"),
        ("Fill in: the ____ of France", "blank"),
        ("The plaintiff and the defendant went to court", "domain_law"),
        ("The patient has a disease of the artery", "domain_medicine"),
        ("It rose by 5 %", "percent"),
        ("Is it not so?", "negations"),
    ],
)
def test_a_signal_is_seen(text, signal):
    """In a text that has it, and not in one that has nothing."""
    assert seen(text)[signal] > 0
    assert seen("Hello there")[signal] == 0


def test_another_script_is_seen():
    """The share of Latin letters, and of common English words, says what language it is."""
    greek, english = seen("Καλημέρα σε όλους"), seen("Good morning to all of you")
    assert (greek["latin_share"], greek["english_share"]) == (0, 0)
    assert english["latin_share"] == 1
    assert english["english_share"] > 0.3


def test_a_long_text_is_looked_at_in_part():
    """Its beginning and its end, so that a decision takes no longer."""
    text = "a" * 50_000 + "the end"
    assert len(excerpt(text)) == LONGEST
    assert excerpt(text).endswith("the end")


@given(st.text(max_size=300))
def test_every_text_has_signals(text):
    """As many as there are names, all of them finite."""
    found = signals(text)
    assert len(found) == len(SIGNALS)
    assert all(abs(value) < 1e6 for value in found)

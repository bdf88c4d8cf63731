"""Every implementation of `IdempotencyKeys` says what the plain one in memory says."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contracts import Ending, ErrorSpec, IdempotencyKeys, KeyAsk, KeyRecord
from engine.errors import LeaseLost
from engine.tools.idempotency import MemoryKeys

ENDINGS = (
    Ending(state="done", result=[1, None, "x"]),
    Ending(state="failed", error=ErrorSpec(code="x", message="m", retryable=True)),
    Ending(state="failed", error=ErrorSpec(code="x", message="m")),
    Ending(state="unknown", error=ErrorSpec(code="x", message="m", retryable=True)),
)
TAKES = st.tuples(st.just("take"), st.sampled_from("ab"), st.sampled_from("fg"), st.booleans())
FINISHES = st.tuples(st.just("finish"), st.integers(0, 3), st.sampled_from(ENDINGS), st.none())
LATER = st.sampled_from((0.0, 1.5, 9.999, 10.0, 49.0, 50.0, 1e6))
STORIES = st.lists(st.tuples(st.one_of(TAKES, FINISHES), LATER), min_size=1, max_size=8)


class Story:
    """Takes and endings of one key, and what came of each."""

    def __init__(self, keys: IdempotencyKeys, key: str) -> None:
        self._keys = keys
        self._key = key
        self._now = 1_764_000_000.125
        self._held: list[KeyRecord] = []

    def told(self, act: tuple, later: float) -> object:
        """Do it after so many seconds; what the caller is told, in words that can be compared."""
        self._now += later
        kind, first, second, retake = act
        if kind == "take":
            given = {"tool": "t", "key": self._key, "lease_s": 10.0, "keep_s": 50.0}
            ask = KeyAsk(**given, owner=first, fingerprint=second, retake=retake)
            taken = self._keys.take(ask, self._now)
            self._held += [taken.record] if taken.verdict == "run" else []
            return taken
        if not self._held:
            return None
        try:
            return self._keys.finish(self._held[first % len(self._held)], second, self._now)
        except LeaseLost as refused:
            return str(refused)


@pytest.mark.parametrize("keys", ["sqlite", "redis"], indirect=True)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORIES)
def test_implementations_agree(keys: IdempotencyKeys, story: list) -> None:
    """On every verdict, record and refusal, whatever is done in which order."""
    key = uuid4().hex
    plain, other = Story(MemoryKeys(), key), Story(keys, key)
    for act, later in story:
        assert other.told(act, later) == plain.told(act, later)

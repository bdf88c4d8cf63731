"""Names of runs and episodes: unique, and in the order of their making when sorted."""

import random
from datetime import UTC, datetime

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else


def run_id(now: float, rng: random.Random) -> str:
    """`run-YYYYMMDD-HHMMSS-xxxx` in UTC: short enough to be typed."""
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S")
    return f"run-{stamp}-{''.join(rng.choices(_ALPHABET, k=4))}"


def episode_id(now: float, rng: random.Random) -> str:
    """`ep-` and 20 hex digits: 48 bits of milliseconds, then 32 random ones."""
    return f"ep-{int(now * 1000) & (1 << 48) - 1:012x}{rng.getrandbits(32):08x}"

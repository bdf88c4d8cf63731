"""Values of every kind as plain, redacted data."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from engine.contracts import user
from engine.privacy import Detector

REDACT = Detector().redact_data
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99_999, 99_999) | st.text("abc ", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
)


class Colour(StrEnum):
    RED = "red"


@dataclass
class Point:
    x: int
    who: str


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("a@b.com")


TABLE: list[tuple[Any, Any]] = [
    (b"to a@b.com", "to [EMAIL]"),
    ({"a@b.com": ["a@b.com"]}, {"[EMAIL]": ["[EMAIL]"]}),
    ({"a@b.com": 1, "c@d.com": 2}, {"[EMAIL]": 1, "[EMAIL]#1": 2}),
    (Point(1, "a@b.com"), {"x": 1, "who": "[EMAIL]"}),
    (user("a@b.com").content, "[EMAIL]"),
    (ValueError("a@b.com"), "ValueError: [EMAIL]\n"),
    (4111111111111111, "[CARD]"),
    ({"password": 1234}, {"password": "[SECRET]"}),
    ({"password": None}, {"password": None}),
    ({"credentials": {"user": "ann"}}, {"credentials": {"user": "[SECRET]"}}),
    ({"cookies": ["a"], "cookie": ["abc"]}, {"cookies": ["a"], "cookie": ["[SECRET]"]}),
    (Colour.RED, "red"),
    (Path("runs/a"), "PosixPath('runs/a')"),
    (datetime(2026, 11, 23, tzinfo=UTC), "2026-11-23 00:00:00+00:00"),
    (SecretStr("hunter2"), "SecretStr('**********')"),
    (Broken(), "<Broken whose repr raised RuntimeError>"),
    ((1, {2}), [1, [2]]),
]


@pytest.mark.parametrize(("value", "shown"), TABLE)
def test_plain(value: object, shown: object) -> None:
    """Values become the plain data of the table."""
    assert REDACT(value) == shown


def test_a_record_becomes_a_mapping() -> None:
    """A record's fields are redacted under their names."""
    assert REDACT(user("a@b.com"))["content"] == "[EMAIL]"


def test_a_value_that_holds_itself_is_cut() -> None:
    """A list in itself ends at the place where it comes again."""
    held: list[Any] = ["a@b.com"]
    held.append(held)
    assert REDACT(held) == ["[EMAIL]", "..."]


def test_deep_values_become_one_text() -> None:
    """Beyond the deepest level a value is shown as text, redacted as well."""
    value: Any = "a@b.com"
    for _ in range(50):
        value = [value]
    assert b"[EMAIL]" in orjson.dumps(REDACT(value))


@given(JSON)
def test_plain_data_without_finds_stays(value: object) -> None:
    """JSON in which nothing is to be found is given back equal."""
    assert REDACT(value) == value

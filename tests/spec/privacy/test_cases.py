"""Each type of find, and what must not be taken for one, as tables say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.privacy import Detector

HERE = Path(__file__).parent
TABLES = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(HERE.glob("cases/*.yaml"))]
ACCEPTED = [(table, case) for table in TABLES for case in table["accept"]]
REJECTED = [(table, text) for table in TABLES for text in table["reject"]]
NEGATIVES = yaml.safe_load((HERE / "hard_negatives.yaml").read_text("utf-8"))


def _finds(table: dict[str, Any], text: str) -> list[str]:
    spans = Detector(without=table.get("without", ())).find(text)
    return [text[span.start : span.end] for span in spans if span.type == table["type"]]


@pytest.mark.parametrize(("table", "case"), ACCEPTED)
def test_accept(table: dict[str, Any], case: dict[str, str]) -> None:
    """The type is found, from its first character to its last."""
    assert _finds(table, case["text"])[0] == case["found"]


@pytest.mark.parametrize(("table", "text"), REJECTED)
def test_reject(table: dict[str, Any], text: str) -> None:
    """What only looks like the type is left alone."""
    assert _finds(table, text) == []


@pytest.mark.parametrize("text", NEGATIVES)
def test_everyday_logs_hold_no_find(text: str) -> None:
    """Ids, digests, times, numbers, versions, counts and paths stay as they are."""
    assert Detector().redact(text) == text


def test_every_type_has_a_table() -> None:
    """No type is found that has no accepted and no rejected case."""
    told = {table["type"] for table in TABLES if table["accept"] and table["reject"]}
    assert told == set(Detector().types)

"""The numeric scorer on the gold answers of GSM8K, which end in `#### N`."""

import gzip
import json
from pathlib import Path

import pytest

from engine.evals import Outcome, Task
from engine.evals.scorers import Numeric

pytestmark = pytest.mark.data("gsm8k")


def _gold(data_home: Path) -> list[str]:
    with gzip.open(data_home / "gsm8k" / "test.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["answer"] for line in lines]


def _passes(answer: str, target: float) -> bool:
    task = Task(id="t", family="f", input="?", target=target)
    return Numeric().score(task, Outcome(answer=answer)).passed


def test_gold(data_home: Path) -> None:
    """Each of the 1,319 worked answers passes against the number behind its mark."""
    gold = _gold(data_home)
    numbers = [float(answer.rpartition("####")[2].replace(",", "")) for answer in gold]
    assert len(gold) == 1319
    assert all(map(_passes, gold, numbers))


def test_off_by_one(data_home: Path) -> None:
    """None of them passes against that number plus one."""
    wrong = [
        float(answer.rpartition("####")[2].replace(",", "")) + 1 for answer in _gold(data_home)
    ]
    assert not any(map(_passes, _gold(data_home), wrong))

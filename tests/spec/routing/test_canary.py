"""A canary does what its tables of behaviour say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.contracts import CanaryCause, CanaryState
from tests.spec.routing.trial import Trial

CASES = [
    pytest.param(case, id=case["rule"])
    for case in yaml.safe_load((Path(__file__).parent / "cases" / "canary.yaml").read_text("utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_behaviour(case: dict[str, Any]) -> None:
    """Each step of the table comes out as it says, and the changes are those it lists."""
    trial = Trial(case.get("policy", {}), case.get("tenants", ["acme"]))
    trial.run(case["steps"])
    assert trial.told == case.get("transitions", trial.told)


def test_the_tables_are_long_enough() -> None:
    """Every state is come into, and every cause given, somewhere."""
    text = " ".join(str(case.values[0]) for case in CASES)
    assert [word for word in (*CanaryState, *CanaryCause) if word.value not in text] == []

"""A router decides what its table of behaviour says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.contracts import Bound, Reason, RouteLock
from engine.errors import NoTier
from engine.routing.decision import Router
from tests.spec.routing.asked import asked, router

CASES = [
    pytest.param(case, id=case["rule"])
    for case in yaml.safe_load(
        (Path(__file__).parent / "cases" / "decision.yaml").read_text("utf-8")
    )
]
BY_POLICY = {Reason.CANARY, Reason.BANDIT, Reason.CASCADE, Reason.AFFINITY}


def decided(case: dict[str, Any]) -> Any:
    tenants = [{"tenant": "acme", **case["tenant"]}] if "tenant" in case else []
    fields = {"tenants": tenants, "default_tier": case.get("default", "small")}
    spec = router(case.get("quality", {}), **fields, **case.get("router", {}))
    about = {name: case[name] for name in ("words", "schema", "tools") if name in case}
    failures = case.get("failures")
    lock = failures and RouteLock(tier="small", failures=failures, release_after=2)
    down = frozenset(case.get("down", ()))
    return Router(spec).decide(asked(**about, **case.get("ask", {})), down=down, lock=lock or None)


@pytest.mark.parametrize("case", CASES)
def test_behaviour(case: dict[str, Any]) -> None:
    """The tier, the reason, the lock and the bounds are those of the table."""
    then = dict(case["then"])
    if (refused := then.pop("refused", None)) is not None:
        with pytest.raises(NoTier, match=refused) as told:
            decided(case)
        assert told.value.retryable is then.get("retryable", told.value.retryable)
        return
    found = decided(case)
    for tier, bounds in then.pop("bounds", {}).items():
        assert list(found.outlook(tier).bounds) == bounds
    assert {name: getattr(found, name) for name in then} == then


def test_the_table_is_long_enough() -> None:
    """Every bound keeps a tier out somewhere, and every reason of the router's own is given."""
    text = " ".join(str(case.values[0]) for case in CASES)
    words = [word for word in (*Bound, *Reason) if word not in BY_POLICY]
    assert [word for word in words if word.value not in text] == []

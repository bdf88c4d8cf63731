"""Another tool in place of one that fails."""

import pytest

from engine.clock import ManualClock
from engine.contracts import ToolPolicy
from engine.errors import BadInput, ToolRefused
from engine.tools import Site, Tool
from engine.tools.adapter import guarded
from engine.tools.fallback import with_fallbacks
from engine.tools.guards import Guards
from tests.spec.tools.tool import Faulty

READS = ToolPolicy(effect="read_only", retry=None)
CLOCK = ManualClock()


def tool(name: str, *faults: str, policy: ToolPolicy | None = READS) -> Faulty:
    """A tool of that name."""
    made = Faulty(faults)
    made.spec = made.spec.model_copy(update={"name": name, "policy": policy})
    return made


def pair(first: Faulty, second: Faulty) -> dict[str, Tool]:
    """Both guarded, the one behind the other."""
    guards = Guards(clock=CLOCK)
    tools = {t.spec.name: guarded(t, guards) for t in (first, second)}
    return with_fallbacks(tools, CLOCK)


FIRST = READS.model_copy(update={"fallback": "archive"})


@pytest.mark.parametrize("fault", ["server error", "garbled", "connection broke", "own fault"])
async def test_a_tool_that_is_unwell_is_replaced(fault: str) -> None:
    """The step says by which."""
    other = tool("archive")
    site = Site()
    tools = pair(tool("search", fault, policy=FIRST), other)
    assert await tools["search"].call({}, limit_s=5.0, site=site) == "done"
    assert (other.calls, site.told) == (1, {"fallback": "archive"})


async def test_a_refusal_is_an_answer() -> None:
    """The other tool is not asked."""
    other = tool("archive")
    tools = pair(tool("search", "refused", policy=FIRST), other)
    with pytest.raises(ToolRefused):
        await tools["search"].call({})
    assert other.calls == 0


@pytest.mark.parametrize("policy", [None, ToolPolicy()], ids=["plain", "destructive"])
def test_what_it_falls_back_on_only_reads(policy: ToolPolicy | None) -> None:
    """It has to say so."""
    with pytest.raises(BadInput, match="only reads"):
        pair(tool("search", policy=FIRST), tool("archive", policy=policy))


def test_what_it_falls_back_on_is_there() -> None:
    """The names that are known are told."""
    with pytest.raises(BadInput, match=r"archive is no tool of the suite.*tools: archives"):
        pair(tool("search", policy=FIRST), tool("archives"))


def test_only_reads_fall_back() -> None:
    """A policy that says otherwise is refused."""
    with pytest.raises(BadInput, match="fallback calls another tool"):
        ToolPolicy.parse({"effect": "destructive", "fallback": "archive"})

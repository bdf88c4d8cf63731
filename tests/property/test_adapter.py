"""Whatever fails, and however often it is asked, a destructive call has one effect at most."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import ToolPolicy
from engine.tools import Site
from tests.spec.tools.tool import FAULTS, Desk, Faulty

PLACES = st.sampled_from([Site("acme", "ep-1", "1.1"), Site("acme", "ep-1", "2.1")])
RUNS = st.lists(st.tuples(PLACES, st.sampled_from([0, 60, 120])), min_size=1, max_size=6)
FAILS = st.lists(st.tuples(st.sampled_from(sorted(FAULTS)), st.booleans()), max_size=8)


async def asked(desk: Desk, runs: list[tuple[Site, int]]) -> list[str]:
    """The answers to the same call, some time after each other."""
    told = []
    for site, later_s in runs:
        told.append(await desk.outcome(site, cents=100))
        desk.clock.advance(later_s)
    return told


@given(fails=FAILS, runs=RUNS)
def test_a_destructive_call_has_one_effect_in_a_place(
    fails: list[tuple[str, bool]], runs: list[tuple[Site, int]]
) -> None:
    """In one place; and in a second place none more while the first one is in doubt."""
    tool = Faulty([fault for fault, _ in fails], [happens for _, happens in fails])
    told = asyncio.run(asked(Desk(tool, ToolPolicy()), runs))
    places = {site.place for (site, _), said in zip(runs, told, strict=True) if said == "done"}
    in_doubt = "effect_unknown" in told
    assert tool.effects <= max(1, len(places)) if not in_doubt else tool.effects <= len(places) + 1


@given(fails=FAILS)
def test_an_answer_is_given_where_an_attempt_succeeds(fails: list[tuple[str, bool]]) -> None:
    """An idempotent tool is tried three times at most, under one key, and its answer is kept."""
    tool = Faulty([fault for fault, _ in fails], [happens for _, happens in fails])
    desk = Desk(tool, ToolPolicy(effect="idempotent"))
    told = asyncio.run(desk.outcome(Site("acme", "ep-1", "1.1")))
    assert tool.calls <= 3
    assert len(set(tool.keys)) <= 1
    assert (told == "done") == (tool.calls > len(fails))

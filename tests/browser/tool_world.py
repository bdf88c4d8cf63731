"""Tools, calls and sagas as they come about: through real adapters, breakers, keys and workers.

`python -m tests.browser.tool_world HOME` makes a home to look at.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from engine.clock import Clock, ManualClock
from engine.contracts import BreakerPolicy, Json, ToolPolicy
from engine.errors import ToolRefused, ToolUnavailable, WorkbenchError
from engine.evals import Suite
from engine.tools import Act, FunctionTool, Held, Patience, SagaSpec, Site, Step, Toolbox
from engine.tools.adapter import GuardedTool
from engine.tools.guards import Guards
from workbench.bootstrap.tool_state import ToolState
from workbench.settings import Settings

HOUR_S = 3600.0
HOSTILE = "<img src=x onerror=alert(1)>"
READS = ToolPolicy(effect="read_only")
WRITES = ToolPolicy(effect="destructive")
NERVOUS = ToolPolicy(
    effect="read_only", retry=None, breaker=BreakerPolicy(window_size=10, minimum_calls=4)
)


def find_order(order: str) -> str:
    """Look an order up."""
    return f"order {order}: 2 chairs, paid"


def stock(item: str) -> int:
    """How many are left; the service is down."""
    raise ToolUnavailable(f"stock: 503 for {item}")


def refund(order: str, cents: int) -> str:
    """Pay back; of some orders nobody can tell whether it did."""
    if order.startswith("odd"):
        raise RuntimeError("connection reset")
    return f"refunded {cents} of {order}"


SHOP = (
    FunctionTool.of(find_order, policy=READS),
    FunctionTool.of(stock, policy=NERVOUS),
    FunctionTool.of(refund, policy=WRITES),
)
SUITE = Suite("shop", "1", (), (), (), tools=Toolbox.of(*SHOP))


def act(name: str, fails: Callable[[str], Exception | None] = lambda _guest: None) -> Act:
    """A call of a saga which for some guests fails."""

    async def run(held: Held) -> Json:
        error = fails(str(held.arguments["guest"]))
        if error is not None:
            raise error
        return f"{name} for {held.arguments['guest']}"

    return Act(name, run, patience=Patience(attempts=1))


def _cars(guest: str) -> Exception | None:
    return None if guest in {"ann", "eve"} else ToolRefused("no cars left")


def _flight(guest: str) -> Exception | None:
    return RuntimeError("connection reset") if guest == "eve" else None


def _no_refund(guest: str) -> Exception | None:
    return ToolRefused(f"fare is not refundable {HOSTILE}") if guest in {"cid", "fay"} else None


TRIP = SagaSpec(
    "trip",
    (
        Step("hotel", act("book_hotel"), act("cancel_hotel")),
        Step("flight", act("book_flight", _flight), act("cancel_flight", _no_refund)),
        Step("letter", act("send_letter")),
        Step("car", act("rent_car", _cars), act("return_car")),
    ),
)
GUESTS = ("ann", "bob", "cid", "eve", "fay")
"""Of ann it is done, of bob undone; cid's and fay's flight is not, nobody knows of eve's."""


async def call_tools(state: ToolState, clock: Clock) -> None:
    """Calls of guarded tools: good ones, failing ones until the breaker opens, two in doubt."""
    guards = Guards(
        clock=clock, keys=state.keys, journal=state.journal, states=state.breakers, scope="shop"
    )
    tools = {tool.spec.name: GuardedTool(tool, tool.spec.policy or READS, guards) for tool in SHOP}
    for number in range(12):
        site = Site("acme", f"ep-{number:04}", "1.1")
        await tools["find_order"].call({"order": f"{number}"}, site=site)
        await tools["refund"].call({"order": f"{number}", "cents": 100 * number}, site=site)
        with suppress(WorkbenchError):
            await tools["stock"].call({"item": "chair"}, site=site)
    for order in ("odd-1", f"odd-{HOSTILE}"):
        site = Site("acme", f"ep-{order[:5]}", "1.1")
        with suppress(WorkbenchError):
            await tools["refund"].call({"order": order, "cents": 700}, site=site)
    state.board.publish([tool.status() for tool in tools.values()])


async def lead_sagas(state: ToolState, clock: Clock, *guests: str) -> None:
    """A trip for each guest, led on as far as it goes."""
    worker = state.worker([TRIP], clock)
    for guest in guests:
        worker.submit("trip", {"guest": guest}, saga_id=f"trip-of-{guest}", tenant="acme")
    await worker.drain()


async def fill_tools(settings: Settings) -> None:
    """All of it, an hour ago: what is in doubt may no longer be under way."""
    with closing(ToolState.open(settings)) as state:
        await call_tools(state, ManualClock(time.time() - HOUR_S))
        await lead_sagas(state, ManualClock(time.time() - HOUR_S), *GUESTS)
        new = {"saga_id": "trip-of-gus", "tenant": "acme"}  # whose worker has not come yet
        state.worker([TRIP]).submit("trip", {"guest": "gus"}, **new)


if __name__ == "__main__":
    asyncio.run(fill_tools(Settings.load(home=Path(sys.argv[1]))))

"""A trip booked as a saga: the car is sold out, so the hotel is cancelled.

python docs/durable/trip.py FOLDER
"""

import asyncio
import sys
from pathlib import Path
from random import Random

from engine.clock import SystemClock
from engine.contracts import Json, JsonObject, Sagas
from engine.errors import ToolRefused
from engine.tools import Act, Held, KeyedCalls, Probed, SagaSpec, SagaWorker, Step, View
from workbench.store.journal import SqlJournal
from workbench.store.keys import SqliteKeys
from workbench.store.saga_table import saga_table, step_table
from workbench.store.sagas import SqlSagas

BOOKED: dict[str, str] = {}
"""Stands for the hotel's own books: by idempotency key, the room."""


async def book(held: Held) -> Json:
    """Have the effect, under the key that the hotel is given too."""
    return BOOKED.setdefault(held.key.key, f"room for {held.arguments['guest']}")


async def look(held: Held) -> Probed:
    """Asked after a crash: whether the hotel knows of the key."""
    return Probed(held.key.key in BOOKED, BOOKED.get(held.key.key))


async def cancel(held: Held) -> Json:
    """Undo it."""
    return f"cancelled: {held.arguments['room']}"


async def rent(_held: Held) -> Json:
    """Do nothing, and say so."""
    raise ToolRefused("no cars left")


def room(view: View) -> JsonObject:
    """What `cancel` is called with: the answer of the step that it undoes."""
    return {"room": view.results["hotel"]}


TRIP = SagaSpec(
    "trip",
    (
        Step(
            "hotel",
            Act("book_hotel", book, probe=look),
            Act("cancel_hotel", cancel, effect="idempotent", arguments=room),
        ),
        Step("car", Act("rent_car", rent)),
    ),
)


def worker_in(folder: Path, sagas: Sagas) -> SagaWorker:
    """A worker whose state outlives it; start as many as you like on one folder."""
    keys = SqliteKeys(folder / "keys.sqlite")
    journal = SqlJournal.sqlite(folder / "journal.sqlite", "safe")
    calls = KeyedCalls(keys, journal, clock=SystemClock())
    return SagaWorker(sagas, calls, [TRIP], clock=SystemClock(), rng=Random())


async def main(folder: Path) -> None:
    """Submit a trip, lead every open one to its end, and show them."""
    sagas = SqlSagas.sqlite(folder / "sagas.sqlite")
    worker = worker_in(folder, sagas)
    trip = worker.submit("trip", {"guest": "ann"}, saga_id="trip-of-ann")
    await worker.drain()
    print(saga_table(sagas).select("saga_id", "state", "error"))
    print(step_table(sagas.get(trip.saga_id)).select("step", "state", "result", "undone"))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

"""Sagas take effect as a whole, or are undone as a whole."""

import asyncio
from random import Random

import pytest

from engine.clock import ManualClock
from engine.contracts import Json, SagaDecision
from engine.errors import BadInput, CallInFlight, NotFound, ToolError, ToolRefused
from engine.tools.evidence import DID_NOT, Probed
from engine.tools.idempotency import MemoryKeys
from engine.tools.journal import MemoryJournal
from engine.tools.keyed import Held, KeyedCalls, Probe, ToolEffect
from engine.tools.saga_memory import MemorySagas
from engine.tools.saga_spec import Act, Patience, SagaSpec, Step
from engine.tools.saga_worker import SagaWorker

LATER = CallInFlight("later")  # an error that had no effect, and may not be one later
REFUSED = ToolRefused("sold out")
BROKE = ToolError("broke off")  # which may have had its effect


class Trip:
    """A saga of three bookings; `raises` tells what each call raises, one after the other."""

    def __init__(
        self,
        *,
        effect: ToolEffect = "destructive",
        undo_effect: ToolEffect = "destructive",
        probe: Probe | None = None,
        limit_s: float = 10.0,
    ) -> None:
        self.clock, self.sagas, self.keys = ManualClock(), MemorySagas(), MemoryKeys()
        self.journal = MemoryJournal()
        self.done: list[str] = []
        self.raises: dict[str, list[Exception]] = {}
        patience = Patience(limit_s=limit_s, attempts=3, base_s=1.0)
        steps = tuple(
            Step(
                name,
                Act(name, self.tool, effect, probe=probe, patience=patience),
                Act(f"undo {name}", self.tool, undo_effect, probe=probe, patience=patience)
                if name != "letter"
                else None,
            )
            for name in ("hotel", "letter", "flight", "car")
        )
        self.spec = SagaSpec("trip", steps)
        self.worker = self.hired()

    def hired(self) -> SagaWorker:
        calls = KeyedCalls(self.keys, self.journal, clock=self.clock)
        return SagaWorker(self.sagas, calls, [self.spec], clock=self.clock, rng=Random(1))

    async def tool(self, held: Held) -> Json:
        tool = held.key.tool
        if self.raises.get(tool):
            raise self.raises[tool].pop(0)
        self.done.append(tool)
        return f"{tool} for {held.arguments['who']}"

    async def led(self) -> str:
        """Submit a saga and lead it to where nobody goes on with it; its state."""
        self.worker.submit("trip", {"who": "ann"}, saga_id="s1")
        await self.worker.drain()
        return self.sagas.get("s1").state

    def states(self) -> list[str]:
        return [step.state for step in self.sagas.get("s1").steps]


def says(probed: Probed) -> Probe:
    async def probe(_held: Held) -> Probed:
        return probed

    return probe


async def test_steps_are_made_in_order() -> None:
    """Each once, and their answers are kept."""
    trip = Trip()
    assert await trip.led() == "done"
    assert trip.done == ["hotel", "letter", "flight", "car"]
    assert trip.sagas.get("s1").steps[0].result == "hotel for ann"


async def test_a_failed_step_has_those_before_it_undone() -> None:
    """In reverse; what cannot be undone stays."""
    trip = Trip()
    trip.raises["car"] = [REFUSED]
    assert await trip.led() == "compensated"
    assert trip.done == ["hotel", "letter", "flight", "undo flight", "undo hotel"]
    assert trip.states() == ["compensated", "done", "compensated", "failed"]


@pytest.mark.parametrize(("failures", "state"), [(2, "done"), (3, "compensated")])
async def test_a_step_is_tried_so_many_times(failures: int, state: str) -> None:
    """With waits between, for which nobody sits by it."""
    trip = Trip()
    trip.raises["hotel"] = [LATER] * failures
    assert await trip.led() == state
    assert trip.clock.monotonic() > 0.0


async def test_what_is_refused_is_not_tried_again() -> None:
    """It would be refused again."""
    trip = Trip()
    trip.raises["hotel"] = [REFUSED]
    assert (await trip.led(), trip.done) == ("compensated", [])


async def test_a_step_that_takes_too_long_is_cut_off() -> None:
    """What came of it is then asked of its probe."""
    trip = Trip(probe=says(DID_NOT), limit_s=0.01)

    async def hangs(_held: Held) -> Json:
        await asyncio.Event().wait()
        return None

    act = Act("hang", hangs, probe=says(DID_NOT), patience=Patience(limit_s=0.01, attempts=2))
    trip.spec = SagaSpec("trip", (*trip.spec.steps[:1], Step("hang", act)))
    trip.worker = trip.hired()
    assert (await trip.led(), trip.done) == ("compensated", ["hotel", "undo hotel"])


@pytest.mark.parametrize(
    ("effect", "probe", "state", "done"),
    [
        ("destructive", None, "parked", 0),
        ("destructive", says(DID_NOT), "done", 1),
        ("destructive", says(Probed(happened=True)), "done", 0),
        ("idempotent", None, "done", 1),
        ("read_only", None, "compensated", 0),
    ],
)
async def test_a_step_that_broke_off_is_found_out_about(
    effect: ToolEffect, probe: Probe | None, state: str, done: int
) -> None:
    """By its probe; called again where that does no harm; or else by a person."""
    trip = Trip(effect=effect, probe=probe)
    error = ToolError("broke off")
    error.retryable = effect == "destructive"
    trip.raises["flight"] = [error]
    assert await trip.led() == state
    assert trip.done.count("flight") == done


async def test_a_compensation_that_fails_is_retried() -> None:
    """As often as it may be."""
    trip = Trip(undo_effect="idempotent")
    trip.raises = {"car": [REFUSED], "undo flight": [BROKE, BROKE]}
    assert await trip.led() == "compensated"
    assert trip.done[-2:] == ["undo flight", "undo hotel"]


async def test_a_compensation_that_fails_for_good_waits_for_a_person() -> None:
    """What was to be undone after it is not."""
    trip = Trip()
    trip.raises = {"car": [REFUSED], "undo flight": [LATER] * 3}
    assert await trip.led() == "parked"
    assert trip.states() == ["done", "done", "parked", "failed"]


@pytest.mark.parametrize(
    ("action", "undone"),
    [
        ("retry", ["undo flight", "undo hotel"]),
        ("not_happened", ["undo flight", "undo hotel"]),
        ("happened", ["undo hotel"]),
        ("give_up", ["undo hotel"]),
    ],
)
async def test_a_person_lets_a_parked_compensation_go_on(action: str, undone: list[str]) -> None:
    """It is tried anew, though it was refused; or they have seen to it themselves."""
    trip = Trip()
    trip.raises = {"car": [REFUSED], "undo flight": [REFUSED]}
    assert await trip.led() == "parked"
    trip.worker.decide("s1", SagaDecision.model_validate({"action": action, "author": "ann"}))
    await trip.worker.drain()
    assert (trip.sagas.get("s1").state, trip.done[3:]) == ("compensated", undone)


@pytest.mark.parametrize(
    ("action", "state", "done"),
    [
        ("happened", "done", ["hotel", "letter", "car"]),
        ("not_happened", "compensated", ["hotel", "letter", "undo hotel"]),
        ("give_up", "compensated", ["hotel", "letter", "undo hotel"]),
        ("retry", "parked", ["hotel", "letter"]),
    ],
)
async def test_a_person_says_what_became_of_a_step(
    action: str, state: str, done: list[str]
) -> None:
    """It is never simply made again."""
    trip = Trip()
    trip.raises["flight"] = [BROKE]
    assert await trip.led() == "parked"
    trip.worker.decide("s1", SagaDecision.model_validate({"action": action, "result": "seen"}))
    await trip.worker.drain()
    assert (trip.sagas.get("s1").state, trip.done) == (state, done)


async def test_what_a_person_undid_is_undone_in_the_journal() -> None:
    """Though the call that was to do it had failed."""
    trip = Trip()
    trip.raises = {"car": [REFUSED], "undo flight": [REFUSED]}
    await trip.led()
    trip.worker.decide("s1", SagaDecision(action="happened", result="by phone"))
    flight = next(entry for entry in trip.journal.listed() if entry.tool == "flight")
    assert (flight.state, flight.undone) == ("compensated", "by phone")


async def test_only_a_parked_saga_is_decided_about() -> None:
    """And only one that is there."""
    trip = Trip()
    assert await trip.led() == "done"
    with pytest.raises(BadInput, match="s1 is done"):
        trip.worker.decide("s1", SagaDecision(action="retry"))
    with pytest.raises(NotFound):
        trip.worker.decide("s2", SagaDecision(action="retry"))


async def test_a_saga_is_submitted_once() -> None:
    """The second time it is given as it is."""
    trip = Trip()
    await trip.led()
    assert trip.worker.submit("trip", {"who": "bob"}, saga_id="s1").state == "done"
    with pytest.raises(NotFound, match="kinds: trip"):
        trip.worker.submit("other", {})


async def test_a_saga_begun_with_other_steps_is_not_led_on() -> None:
    """By a worker that does not know them."""
    trip = Trip()
    trip.worker.submit("trip", {"who": "ann"}, saga_id="s1")
    trip.spec = SagaSpec("trip", trip.spec.steps[:2])
    with pytest.raises(BadInput, match="other steps"):
        await trip.hired().work()


async def test_a_worker_that_was_replaced_leaves_the_saga_alone() -> None:
    """What it has made is found under its key by the one that took over."""
    trip = Trip()
    trip.worker.submit("trip", {"who": "ann"}, saga_id="s1")
    other = trip.hired()

    async def stands_still(held: Held) -> Json:
        trip.clock.advance(100.0)
        await other.drain()
        return await trip.tool(held)

    first = Step("hotel", Act("hotel", stands_still), trip.spec.steps[0].compensation)
    trip.spec = SagaSpec("trip", (first, *trip.spec.steps[1:]))
    await trip.hired().work()
    assert trip.sagas.get("s1").state == "parked"
    assert trip.done == ["hotel"]


def test_steps_have_names_of_their_own() -> None:
    """And there is at least one."""
    step = Trip().spec.steps[0]
    for steps in ((), (step, step)):
        with pytest.raises(BadInput, match="a name of its own"):
            SagaSpec("trip", steps)


async def test_every_change_is_told() -> None:
    """As it is kept: each call when it begins and when it has ended."""
    trip, told = Trip(), []
    calls = KeyedCalls(trip.keys, trip.journal, clock=trip.clock)
    trip.worker = SagaWorker(
        trip.sagas, calls, [trip.spec], clock=trip.clock, rng=Random(1), on_change=told.append
    )
    assert await trip.led() == "done"
    assert [saga.steps[0].state for saga in told[:3]] == ["running", "done", "done"]
    assert told[-1] == trip.sagas.get("s1")

"""A call is made at most once under its key."""

import asyncio
from collections.abc import Iterator

import pytest

from engine.clock import ManualClock
from engine.contracts import CallKey, Intent, JournalEntry, JournalState, KeyRecord
from engine.errors import CallInFlight, EffectUnknown, KeyReused, LeaseLost, ToolError, ToolRefused
from engine.tools.evidence import CANNOT_TELL, DID_NOT, Probed
from engine.tools.idempotency import MemoryKeys, derived_key, fingerprint
from engine.tools.journal import MemoryJournal
from engine.tools.keyed import Answer, Held, KeyedCall, KeyedCalls, Probe, StoredError, ToolEffect

KEY = CallKey(tool="pay", key="k1")
UNDO = CallKey(tool="refund", key="k1/undo")
PAY = KeyedCall(KEY, {"cents": 5}, limit_s=10.0)


class Desk:
    """Keys, journal, clock, and a tool that counts what it does."""

    def __init__(self, *, fsync: str = "safe") -> None:
        self.clock, self.keys, self.journal = ManualClock(), MemoryKeys(), MemoryJournal()
        self.journal.fsync = fsync  # type: ignore[assignment]
        self.calls = KeyedCalls(self.keys, self.journal, clock=self.clock, margin_s=1.0)
        self.effects = 0
        self.raises: list[BaseException] = []

    async def tool(self, held: Held) -> str:
        self.effects += 1
        if self.raises:
            raise self.raises.pop()
        return f"paid {held.arguments['cents']}"

    async def call(self, call: KeyedCall = PAY, probe: Probe | None = None) -> Answer:
        return await self.calls.call(call, self.tool, probe)

    def dies(self, after: str) -> KeyRecord:
        """A caller that has come so far and no further; its lease is over."""
        ask = self.calls._ask(PAY)
        held = self.keys.take(ask, self.clock.now()).record
        if after != "take":
            intent = Intent(
                **KEY.model_dump(), arguments={}, owner=held.owner, due_at=held.lease_until
            )
            entry = self.journal.begin(intent, self.clock.now())
            if after != "intent":
                self.journal.mark(entry, after, self.clock.now(), result="x")  # type: ignore[arg-type]
        self.clock.advance(12.0)
        return held

    def states(self) -> list[str]:
        return [entry.state for entry in self.journal.listed()]


@pytest.fixture
def desk() -> Iterator[Desk]:
    return Desk()


def says(probed: Probed) -> Probe:
    async def probe(held: Held) -> Probed:
        assert held.key == KEY
        return probed

    return probe


async def test_the_second_call_gets_the_stored_answer(desk: Desk) -> None:
    """Marked as replayed; the tool is not called."""
    first, second = await desk.call(), await desk.call()
    assert (first, second) == (Answer("paid 5", replayed=False), Answer("paid 5", replayed=True))
    assert (desk.effects, desk.states()) == (1, ["done"])


async def test_a_key_belongs_to_its_arguments(desk: Desk) -> None:
    """Another call under it is refused (HTTP 422)."""
    await desk.call()
    with pytest.raises(KeyReused, match="other arguments"):
        await desk.call(KeyedCall(KEY, {"cents": 6}))
    assert desk.effects == 1


async def test_the_same_call_under_way_is_refused(desk: Desk) -> None:
    """With the time until it must be over (HTTP 409)."""
    desk.keys.take(desk.calls._ask(PAY), desk.clock.now())
    with pytest.raises(CallInFlight) as refused:
        await desk.call()
    assert (desk.effects, refused.value.retry_after_s) == (0, 11.0)


async def test_a_caller_may_wait_for_the_same_call() -> None:
    """And gets its answer, replayed."""
    desk = Desk()
    gate = asyncio.Event()

    async def slow(held: Held) -> str:
        await gate.wait()
        return held.key.key

    first = asyncio.create_task(desk.calls.call(PAY, slow))
    await asyncio.sleep(0)
    second = asyncio.create_task(desk.call(KeyedCall(KEY, {"cents": 5}, wait_s=5.0)))
    await asyncio.sleep(0)
    gate.set()
    assert [(await first).replayed, (await second).replayed] == [False, True]


@pytest.mark.parametrize(
    ("after", "probe", "effects", "state"),
    [
        ("take", None, 1, "done"),
        ("intent", says(DID_NOT), 1, "done"),
        ("intent", says(Probed(happened=True, result="x")), 0, "done"),
        ("effect", None, 0, "done"),
        ("failed", None, 1, "done"),
        ("intent", None, 0, "intent"),
        ("intent", says(CANNOT_TELL), 0, "intent"),
    ],
)
async def test_a_call_whose_caller_died_is_made_again_only_where_it_did_not_happen(
    desk: Desk, after: str, probe: Probe | None, effects: int, state: str
) -> None:
    """The journal knows, or the tool's probe does; or else a person has to."""
    desk.dies(after)
    if state == "intent":
        with pytest.raises(EffectUnknown, match="may have had its effect"):
            await desk.call(probe=probe)
    else:
        assert (await desk.call(probe=probe)).result == ("paid 5" if effects else "x")
    assert (desk.effects, desk.states()[0]) == (effects, state)


async def test_a_journal_that_may_lose_entries_proves_nothing_by_what_is_not_in_it() -> None:
    """Under `fast` the intent may have gone with the power."""
    desk = Desk(fsync="fast")
    desk.dies("take")
    with pytest.raises(EffectUnknown):
        await desk.call()
    assert [record.key for record in desk.keys.doubtful(desk.clock.now())] == ["k1"]


@pytest.mark.parametrize("effect", ["read_only", "idempotent"])
async def test_a_tool_that_may_be_called_twice_is_called_again(
    desk: Desk, effect: ToolEffect
) -> None:
    """Its entry in the journal goes on."""
    desk.calls = KeyedCalls(desk.keys, desk.journal, clock=desk.clock, margin_s=1.0)
    call = KeyedCall(KEY, {"cents": 5}, effect=effect, limit_s=10.0)
    desk.raises = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await desk.call(call)
    assert (await desk.call(call)).replayed is False
    assert (desk.effects, desk.states()) == (2, ["done"])


async def test_a_refusal_is_stored(desk: Desk) -> None:
    """The tool did nothing and would do nothing: the second caller is told the same."""
    desk.raises = [ToolRefused("no such account")]
    with pytest.raises(ToolRefused):
        await desk.call()
    with pytest.raises(StoredError, match="no such account") as stored:
        await desk.call()
    assert (desk.effects, desk.states(), stored.value.code) == (1, ["failed"], "tool_refused")


@pytest.mark.parametrize("error", [ToolError("broke"), asyncio.CancelledError()])
async def test_a_destructive_call_that_broke_off_is_not_made_again(
    desk: Desk, error: BaseException
) -> None:
    """What was sent may arrive until the lease is over; then nobody knows."""
    desk.raises = [error]
    with pytest.raises(type(error)):
        await desk.call()
    with pytest.raises(CallInFlight):
        await desk.call()
    desk.clock.advance(11.0)
    with pytest.raises(EffectUnknown):
        await desk.call()
    assert (desk.effects, desk.states()) == (1, ["intent"])


@pytest.mark.parametrize(("happened", "effects"), [(True, 1), (False, 2)])
async def test_a_person_settles_what_nobody_knew(
    desk: Desk,
    happened: bool,  # noqa: FBT001 - a column of the table
    effects: int,
) -> None:
    """What they say stands for the call's end, in the journal too."""
    desk.raises = [ToolError("broke")]
    with pytest.raises(ToolError):
        await desk.call()
    desk.calls.settle(KEY, Probed(happened, "seen"))
    assert desk.states() == ["done" if happened else "failed"]
    assert (await desk.call()).result == ("seen" if happened else "paid 5")
    assert desk.effects == effects


async def test_undoing_is_written_into_the_entry_of_what_is_undone(desk: Desk) -> None:
    """Under a key of its own."""
    await desk.call()
    undo = KeyedCall(UNDO, {"cents": 5}, undoes=KEY)
    assert [(await desk.call(undo)).replayed, (await desk.call(undo)).replayed] == [False, True]
    [entry] = desk.journal.listed()
    path = [line.state for line in desk.journal.history(entry.entry_id)]
    assert path == ["intent", "effect", "done", "compensating", "compensated"]


@pytest.mark.parametrize("state", ["failed", None])
async def test_undoing_what_the_journal_has_not_seen_done_is_not_hindered(
    desk: Desk, state: JournalState | None
) -> None:
    """A person knew better than it, or it has lost the entry; it then proves nothing either."""
    if state:
        intent = Intent(**KEY.model_dump(), arguments={}, owner="a", due_at=0.0)
        desk.journal.mark(desk.journal.begin(intent, 1.0), state, 1.0)
    undo = KeyedCall(UNDO, {"cents": 5}, undoes=KEY, limit_s=10.0)
    desk.raises = [ToolError("broke")]
    with pytest.raises(ToolError):
        await desk.call(undo)
    desk.clock.advance(11.0)
    with pytest.raises(EffectUnknown):
        await desk.call(undo)


async def test_undoing_that_failed_leaves_what_was_done(desk: Desk) -> None:
    """The entry says so, and the next attempt goes on with it."""
    await desk.call()
    desk.raises = [CallInFlight("later")]
    with pytest.raises(CallInFlight):
        await desk.call(KeyedCall(UNDO, {"cents": 5}, undoes=KEY))
    assert desk.states() == ["done"]
    await desk.call(KeyedCall(UNDO, {"cents": 5}, undoes=KEY))
    assert desk.states() == ["compensated"]


class StandingStill(MemoryJournal):
    """Its caller is stopped for a while before each intent."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    def begin(self, intent: Intent, now: float) -> JournalEntry:
        self._clock.advance(11.0)
        return super().begin(intent, now)


async def test_a_caller_that_stood_still_past_its_lease_makes_no_call(desk: Desk) -> None:
    """Somebody else may have taken the call in the meantime."""
    journal = StandingStill(desk.clock)
    desk.calls = KeyedCalls(desk.keys, journal, clock=desk.clock, margin_s=1.0)
    with pytest.raises(LeaseLost, match="ran out"):
        await desk.call()
    assert desk.effects == 0


async def test_without_a_journal_the_probe_alone_knows() -> None:
    """And without that a person."""
    desk = Desk()
    desk.calls = KeyedCalls(desk.keys, clock=desk.clock, margin_s=1.0)
    desk.dies("take")
    with pytest.raises(EffectUnknown):
        await desk.call()
    assert (await desk.call(probe=says(DID_NOT))).replayed is False


def test_the_same_call_in_the_same_place_has_the_same_key() -> None:
    """The order of arguments does not count, all else does."""
    one = derived_key("t", "pay", {"a": 1, "b": 2}, "ep-1/3")
    assert one == derived_key("t", "pay", {"b": 2, "a": 1}, "ep-1/3")
    others = [("u", "pay", "ep-1/3"), ("t", "get", "ep-1/3"), ("t", "pay", "ep-1/4")]
    assert one not in {derived_key(t, n, {"a": 1, "b": 2}, s) for t, n, s in others}
    assert fingerprint({"a": 1}) != fingerprint({"a": 1.5})

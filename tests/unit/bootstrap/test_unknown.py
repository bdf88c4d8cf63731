"""A run's unknown fields among its facts."""

from engine.clock import ManualClock
from engine.contracts import RunEnd, UnknownField, UnknownFields
from tests.unit.store import facts
from workbench.bootstrap.unknown import EVERY_S, KeepsUnknown
from workbench.store.record import MemoryRecorder


def parts() -> tuple[KeepsUnknown, UnknownFields, MemoryRecorder, ManualClock]:
    clock, kept = ManualClock(), MemoryRecorder()
    unknown = UnknownFields(clock)
    return KeepsUnknown(kept, unknown, facts.run(), clock), unknown, kept, clock


def test_what_was_counted_is_kept_before_the_end() -> None:
    """A run that has ended holds every count, as its own."""
    recorder, unknown, kept, _ = parts()
    unknown.add("small", "/x", "null")
    recorder.add(facts.end())
    assert [(f.run_id, f.field, f.count) for f in kept.of(UnknownField)] == [(facts.RUN, "/x", 1)]
    assert kept.of(RunEnd) == [facts.end()]


def test_it_is_kept_now_and_then() -> None:
    """Not with each episode, but with the first one after a while."""
    recorder, unknown, kept, clock = parts()
    unknown.add("small", "/x", "null")
    recorder.add(facts.episode(0))
    assert kept.of(UnknownField) == []
    clock.advance(EVERY_S)
    recorder.add(facts.step(1))
    assert kept.of(UnknownField) == []
    recorder.add(facts.episode(1))
    assert len(kept.of(UnknownField)) == 1

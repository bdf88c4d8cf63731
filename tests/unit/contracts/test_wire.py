"""Fields that nobody knows are dropped and counted."""

from typing import ClassVar

from engine.clock import ManualClock
from engine.contracts import UnknownFields, Wire, drop_unknown
from engine.contracts.boundary import LONGEST
from engine.contracts.wire import OTHERS


class Part(Wire):
    """A part of a remote format."""

    known: ClassVar[frozenset[str]] = frozenset({"id"})
    n: int = 0


class Whole(Wire):
    """A remote format."""

    parts: tuple[Part, ...] | None = None
    one: Part | str | None = None


def seen(data: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    drop_unknown(Whole.model_validate(data), lambda field, kind: found.append((field, kind)))
    return sorted(found)


def test_what_is_known_is_not_reported() -> None:
    """Neither fields that are read nor those known and not read."""
    assert seen({"parts": [{"n": 1, "id": "x"}], "one": {"id": 1}}) == []
    assert seen({"one": "text"}) == []


def test_unknown_fields_are_reported_by_place_and_type() -> None:
    """Indexes are collapsed, names are escaped, the value is not told."""
    data = {"a/b": [1], "parts": [{"x": None}, {"x": "secret"}], "one": {"y": 1.5}}
    assert seen(data) == [
        ("/a~1b", "array"),
        ("/one/y", "number"),
        ("/parts/*/x", "null"),
        ("/parts/*/x", "string"),
    ]


def test_unknown_fields_are_let_go() -> None:
    """What nobody reads is not kept in memory, nor does it make two answers differ."""
    whole = Whole.model_validate({"x": 1, "one": {"y": 2}})
    drop_unknown(whole, lambda _field, _kind: None)
    assert whole == Whole(one=Part())
    assert whole.model_extra == {}


def test_a_long_name_is_cut() -> None:
    """A sender's name of any length takes a bounded place."""
    assert len(seen({"x" * 10_000: 1})[0][0]) == LONGEST


def test_counts_become_facts_once() -> None:
    """Taking them begins anew; first and last time and one type are kept."""
    clock = ManualClock(100.0)
    unknown = UnknownFields(clock)
    unknown.add("m", "/x", "string")
    clock.advance(5)
    unknown.reporter("m")("/x", "null")
    [fact] = unknown.take("run-1", "acme")
    assert (fact.tenant, fact.run_id, fact.source, fact.field) == ("acme", "run-1", "m", "/x")
    assert (fact.count, fact.example_type) == (2, "string")
    assert (fact.first_seen_at, fact.last_seen_at) == (100.0, 105.0)
    assert unknown.take("run-1") == ()


def test_a_source_has_so_many_names() -> None:
    """Further ones are counted together, also after the first have been taken."""
    unknown = UnknownFields(ManualClock(), limit=2)
    for n in range(5):
        unknown.add("hostile", f"/{n}", "null")
    unknown.add("other", "/4", "null")
    counts = {(f.source, f.field): f.count for f in unknown.take("run-1")}
    assert counts == {
        ("hostile", "/0"): 1,
        ("hostile", "/1"): 1,
        ("hostile", OTHERS): 3,
        ("other", "/4"): 1,
    }
    unknown.add("hostile", "/9", "null")
    assert [fact.field for fact in unknown.take("run-2")] == [OTHERS]

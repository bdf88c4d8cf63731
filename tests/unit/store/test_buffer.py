"""A batch is due at the first bound it reaches, and waits until it is durable."""

import math
from typing import Any

import pytest

from workbench.store.buffer import Buffer, FlushPolicy

ROW: tuple[str, tuple[Any, ...]] = ("scores", ("x" * 92, 1))  # 100 bytes


def buffer(**given: Any) -> Buffer:
    return Buffer(FlushPolicy(**{"max_rows": 10, "max_bytes": 1_000, "max_age_s": 1.0, **given}))


def test_nothing_is_never_due() -> None:
    """An empty buffer waits for ever."""
    assert buffer().wait_s(now=5.0) == math.inf


@pytest.mark.parametrize(("bound", "value"), [("max_rows", 3), ("max_bytes", 300)])
def test_due_when_full(bound: str, value: int) -> None:
    """Rows and bytes each make a batch due at once."""
    full = buffer(**{bound: value})
    waits = []
    for _ in range(3):
        full.put([ROW], now=0.0)
        waits.append(full.wait_s(now=0.0))
    assert waits == [1.0, 1.0, 0.0]


def test_due_by_age_of_first_row() -> None:
    """Later rows do not put off what waits already."""
    aging = buffer()
    aging.put([ROW], now=0.0)
    aging.put([ROW], now=0.9)
    assert aging.wait_s(now=0.9) == pytest.approx(0.1)


def test_sealed_batches_keep_their_rows() -> None:
    """What comes after a seal goes to a batch of its own, so that a retry repeats the same one."""
    some = buffer()
    some.put([ROW], now=0.0)
    (first,) = some.seal()
    some.put([ROW, ROW], now=0.0)
    assert [batch.count for batch in some.seal()] == [1, 2]
    assert some.seal()[0].id == first.id


def test_rows_stay_until_done() -> None:
    """A sealed batch counts as waiting until it is durable."""
    some = buffer()
    some.put([ROW, ROW], now=0.0)
    (batch,) = some.seal()
    before = some.rows
    some.done(batch)
    assert (before, some.rows, some.wait_s(now=9.0)) == (2, 0, math.inf)


def test_over_counts_all_that_waits() -> None:
    """The bound on memory holds for sealed and open batches together."""
    some = buffer(hold_bytes=200)
    some.put([ROW], now=0.0)
    some.seal()
    assert not some.over
    some.put([ROW], now=0.0)
    assert some.over

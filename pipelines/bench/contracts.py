"""What a contract costs: a typical message from JSON bytes through `check`, beside bare parsing.

A typical message is an assistant's: two sentences of content and two tool calls with three
arguments each, 453 bytes of JSON, as a store or a gateway takes it in.
"""

import statistics
import time
from collections.abc import Callable
from typing import Final

import orjson

from engine.contracts import Boundary, MessageSpec, ToolCall, assistant, check
from pipelines.bench.result import Options, Result

REPEATS: Final = 9
_UNIT: Final = "us per typical message"


def typical() -> bytes:
    """The message as JSON."""
    calls = (
        ToolCall(
            id="call_8f2c1b7d90a34e55",
            name="find_order",
            arguments={"order_id": "A-10017", "customer": "mia.lopez@example.org", "limit": 5},
        ),
        ToolCall(
            id="call_b1d09c44e2f64a10",
            name="book_refund",
            arguments={"order_id": "A-10017", "amount": 42.5, "reason": "arrived damaged"},
        ),
    )
    said = "I found your order and the photo of the damage. Let me look it up and refund it."
    return orjson.dumps(assistant(said, *calls).model_dump(mode="json"))


def measure(options: Options) -> list[Result]:
    """CPU time of a check, and of `orjson.loads` of the same bytes: the median of the repeats."""
    times = 50_000 if options.full else 10_000
    data = typical()
    note = f"{len(data)} bytes, median of {REPEATS} x {times}"
    validated = _cpu_us(lambda: check(Boundary.INPUT, MessageSpec, data), times)
    parsed = _cpu_us(lambda: orjson.loads(data), times)
    return [
        Result("validate_us", validated, _UNIT, note),
        Result("validate_us@orjson_loads", parsed, _UNIT, "parsed, nothing checked"),
    ]


def _cpu_us(work: Callable[[], object], times: int) -> float:
    """Microseconds of CPU time that one call takes."""
    rounds = []
    for _ in range(REPEATS):
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - began) / times)
    return statistics.median(rounds) * 1e6

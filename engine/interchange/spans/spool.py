"""Spans put in order by conversation, on disk.

Spans of one conversation may lie anywhere in an export. They are written to a temporary file as
they come; in memory there is only where each begins.
"""

from collections import defaultdict
from collections.abc import Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from engine.interchange.otel_names import NAMES
from engine.interchange.spans.wire import Span


class Spool:
    """Holds spans until all have come; `conversations` then gives them, one after the other.

    A span belongs to the conversation it names, else to that of its trace, else to the trace.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed at the end of the block
        self._offsets: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        self._named: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def put(self, span: Span) -> None:
        """Take a span."""
        own = str(span.values().get(NAMES["episode.episode_id"]) or "")
        if own:
            self._named.setdefault(span.traceId, own)
        self._offsets[span.traceId].append((own, self._file.tell()))
        self._file.write(span.model_dump_json().encode() + b"\n")

    def conversations(self) -> Iterator[tuple[str, list[Span]]]:
        """Each conversation with its spans in the order in which they began."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for trace, spans in self._offsets.items():
            for own, offset in spans:
                found[own or self._named.get(trace, trace)].append(offset)
        for name, offsets in found.items():
            spans_of = map(self._read, offsets)
            yield name, sorted(spans_of, key=lambda span: (span.startTimeUnixNano, span.spanId))

    def _read(self, offset: int) -> Span:
        self._file.seek(offset)
        return Span.model_validate_json(self._file.readline())

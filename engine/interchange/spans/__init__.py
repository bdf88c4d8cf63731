"""OTLP/JSON exports with GenAI attributes (semantic conventions 1.41.0), as one run.

A line, or the whole file, is an `ExportTraceServiceRequest`. A conversation, or else a trace, is an
episode. Its spans may lie anywhere in the files: they are put in order on disk, so that no more
than a line and a conversation are held. Spans without a GenAI operation, and attributes that
are not of the conventions, are counted. An export of ours comes back as the steps it was made of.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import Field

from engine.contracts import Wire
from engine.contracts.boundary import cut, escaped, json_type
from engine.contracts.wire import Report
from engine.errors import BadInput
from engine.interchange.chat_messages import checked
from engine.interchange.files import document, lines, parsed
from engine.interchange.otel_names import (
    EXECUTE_TOOL,
    INFERENCE,
    INVOKE_AGENT,
    KNOWN,
    OPERATION,
)
from engine.interchange.reading import Format
from engine.interchange.spans.conversation import Conversation
from engine.interchange.spans.own import is_own, own_sample
from engine.interchange.spans.spool import Spool
from engine.interchange.spans.wire import Span
from engine.interchange.writing import Sample

SOURCE = "otlp"
_PLACE: Final = "/resourceSpans/*/scopeSpans/*/spans/*"
_OPERATIONS: Final = INFERENCE | {INVOKE_AGENT, EXECUTE_TOOL}


class _Scope(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"scope", "schemaUrl"})
    spans: tuple[Span, ...] = ()


class _Resource(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"resource", "schemaUrl"})
    scopeSpans: tuple[_Scope, ...] = ()  # noqa: N815 - as the protocol has it


class _Export(Wire):
    resourceSpans: tuple[_Resource, ...] = Field(default=...)  # noqa: N815


def _samples(files: Sequence[Path], report: Report) -> Iterator[Sample]:
    with Spool() as spool:
        for file in files:
            for where, data in _exports(file):
                for span in _spans(checked(_Export, data, where, report)):
                    _put(spool, span, report)
        for name, spans in spool.conversations():
            if any(is_own(span.values()) for span in spans):
                yield own_sample(name, spans, report)
            elif (found := Conversation(name, spans, report).sample()).turns:
                yield found


def _exports(file: Path) -> Iterator[tuple[str, Any]]:
    """A document for each line; of a file that is one document over many lines that one."""
    read = 0
    try:
        for number, data in lines(file):
            where = f"{file}: line {number}"
            yield where, parsed(data, where)
            read += 1
    except BadInput:
        if read:
            raise
        yield str(file), document(file)


def _spans(export: _Export) -> Iterator[Span]:
    for resource in export.resourceSpans:
        for scope in resource.scopeSpans:
            yield from scope.spans


def _put(spool: Spool, span: Span, report: Report) -> None:
    values = span.values()
    if values.get(OPERATION) not in _OPERATIONS and not is_own(values):
        report(_PLACE, "object")
        return
    for name in values.keys() - KNOWN:
        report(cut(f"{_PLACE}/attributes/{escaped(name)}"), json_type(values[name]))
    spool.put(span)


OTLP = Format(
    source=SOURCE, suffixes=(".json", ".jsonl", ".json.gz", ".jsonl.gz"), samples=_samples
)
"""Traces with GenAI attributes; all files together are one run."""

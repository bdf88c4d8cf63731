"""Logs of Inspect (UK AI Security Institute): `.eval`, or `.json`, a run each.

The conversation of a sample becomes the steps; its events say when, by which model and with how
many tokens each was made, what models were asked, and how tools fared. Models that are not part of
the conversation, as a scorer's, are counted in the episode's metadata. Of an `.eval` file one
sample is read at a time; a `.json` log is read whole. A log without an end makes a run that failed.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from engine.contracts import ErrorSpec, JsonObject, MessageSpec, StepKind, Usage
from engine.contracts.facts import RunStatus
from engine.contracts.model import total_cost
from engine.contracts.wire import Report, ignore
from engine.interchange import writing
from engine.interchange.chat_messages import checked, named, reasoning_of
from engine.interchange.inspect.archive import header_of, sample_texts
from engine.interchange.inspect.calls import (
    Calls,
    calls_of,
    failure_of,
    request_of,
    response_of,
    times_of,
    used,
)
from engine.interchange.inspect.scores import scored, unscaled
from engine.interchange.inspect.wire import Header, Message, Sample, Score
from engine.interchange.reading import Format, Head
from engine.interchange.times import seconds_of, span_of

SOURCE = "inspect"
_STATUS: Final[dict[str, RunStatus]] = {"success": "finished", "cancelled": "cancelled"}
_ATTACHED: Final = "attachment://"


def _samples(files: Sequence[Path], report: Report) -> Iterator[writing.Sample]:
    for file in files:
        task = _header(file).eval.task
        for where, data in sample_texts(file):
            yield _sample(checked(Sample, _resolved(data), where, report), task, where, report)


def _sample(sample: Sample, task: str, where: str, report: Report) -> writing.Sample:
    calls = calls_of(sample, where, report)
    scores = {
        name: checked(Score, score, f"{where}: score {name}", report, "/scores/*")
        for name, score in (sample.scores or {}).items()
    }
    turns = list(_turns(sample, calls, where))
    return writing.Sample(
        task_id=str(sample.id),
        family=task,
        epoch=sample.epoch - 1,
        turns=turns,
        cost_usd=total_cost(turn.cost_usd for turn in turns),
        error=ErrorSpec(code="error", message=sample.error.message) if sample.error else None,
        metadata=_metadata(sample, calls, scores),
        scores=[one for name, score in scores.items() for one in scored(name, score)],
    )


def _metadata(sample: Sample, calls: Calls, scores: dict[str, Score]) -> JsonObject:
    beside = {m: u.model_dump(mode="json") for m, u in calls.beside(sample.messages).items()}
    told: JsonObject = {
        "target": sample.target,  # type: ignore[dict-item]
        "limit": sample.limit,
        "retries": len(sample.error_retries or ()),
        "total_s": sample.total_time,
        "working_s": sample.working_time,
        "other_models": beside,  # type: ignore[dict-item]
        "unscaled_scores": {n: s.value for n, s in scores.items() if unscaled(s)},
    }
    return {**sample.metadata, **{name: value for name, value in told.items() if value}}


def _turns(sample: Sample, calls: Calls, where: str) -> Iterator[writing.Turn]:
    specs = named([message.spec() for message in sample.messages])
    wires = {id(spec): wire for spec, wire in zip(specs, sample.messages, strict=True)}
    for kind, said in writing.turns_of(specs):
        wire = wires[id(said[0])]
        if kind == "model":
            yield _spoken(said, wire, sample, calls, where)
        else:
            yield _heard(kind, said)


def _heard(kind: StepKind, said: Sequence[MessageSpec]) -> writing.Turn:
    return writing.Turn(
        kind=kind, messages=tuple(said), agent="user" if kind == "human" else "agent"
    )


def _spoken(
    said: Sequence[MessageSpec], wire: Message, sample: Sample, calls: Calls, where: str
) -> writing.Turn:
    event = calls.models.get(wire.id or "")
    tools = {c.id: calls.tools[c.id] for c in said[0].tool_calls if c.id in calls.tools}
    times = {name: times_of(tool, where) for name, tool in tools.items()}
    told = {message.tool_call_id for message in said}
    if event is not None:
        times[""] = times_of(event, where)
    reasoning = reasoning_of(wire.content)
    return writing.Turn(
        kind="model",
        messages=tuple(said),
        model=wire.model or (event.model if event else None),
        usage=used(event) if event else Usage(calls=1),
        cost_usd=event.output.usage.total_cost if event and event.output.usage else None,
        times=span_of(*(moment for span in times.values() for moment in span)),
        results={n: tool.result for n, tool in tools.items() if n not in told},
        errors={n: one for n, tool in tools.items() if (one := failure_of(tool))},
        attributes={"reasoning": reasoning} if reasoning else {},
        request=request_of(event, sample, where) if event else None,
        response=response_of(event) if event else None,
        call_times=times,
    )


def _resolved(sample: Any) -> Any:
    """The sample with its attachments where they are referred to."""
    attachments = sample.get("attachments") if isinstance(sample, dict) else None
    if not attachments or not isinstance(attachments, dict):
        return sample
    return {
        name: _attached(value, attachments) if name != "attachments" else value
        for name, value in sample.items()
    }


def _attached(value: Any, attachments: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return _text(value, attachments) if value.startswith(_ATTACHED) else value
    if isinstance(value, list):
        return [_attached(item, attachments) for item in value]
    if isinstance(value, dict):
        return {name: _attached(item, attachments) for name, item in value.items()}
    return value


def _text(value: str, attachments: dict[str, Any]) -> str:
    found = attachments.get(value.removeprefix(_ATTACHED))
    return found if isinstance(found, str) else value


def _header(file: Path) -> Header:
    where = f"{file}: header"
    return checked(Header, header_of(file), where, ignore)


def _head(files: Sequence[Path]) -> Head:
    header, where = _header(files[0]), f"{files[0]}: header"
    spec, stats = header.eval, header.stats
    moments = [stats.started_at or spec.created, stats.completed_at]
    status = _STATUS.get(header.status, "failed")
    return Head(
        suite=spec.task,
        agent=spec.solver or "",
        model=spec.model,
        times=span_of(*(seconds_of(moment, where) for moment in moments if moment)),
        status=status,
        error=_failure(header) if status == "failed" else None,
        git_commit=spec.revision.commit if spec.revision else None,
        packages=spec.packages,
        settings={"eval_id": spec.eval_id, "task_args": spec.task_args},
    )


def _failure(header: Header) -> ErrorSpec:
    said = header.error.message if header.error else ""
    return ErrorSpec(code="error", message=said or "the log does not say how the evaluation ended")


INSPECT = Format(source=SOURCE, suffixes=(".eval",), samples=_samples, head=_head, each=True)
"""Inspect logs; each file is a run. A `.json` log is read where it is named."""

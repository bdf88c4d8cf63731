"""A run and an episode with a fact of every kind, for tests of exports."""

from functools import cache
from pathlib import Path
from typing import Any

from engine.contracts import (
    Audit,
    Calibration,
    CanaryCause,
    CanaryChange,
    CanaryState,
    EpisodeLine,
    Fact,
    GoldenTask,
    Judgement,
    MessageSpec,
    Rating,
    RunLine,
    StopReason,
    TaskVersion,
    ToolCall,
    Usage,
    assistant,
    system,
    tool_result,
    user,
)
from engine.interchange import FORMATS, read_recordings
from tests.unit.store import facts

HASH = "0" * 32
EPISODE = f"ep-{0:020x}"
OTHER = "run-20261124-081500-cd34"
CALL = ToolCall(id="c1", name="find", arguments={"user": "mia@example.com", "n": 3})


def run_line() -> RunLine:
    """A run with a tag, a task version, and a judge's calibration."""
    calibration: dict[str, Any] = {"judge": "j", "rubric": "r", "rubric_hash": HASH, "labels": 3}
    return RunLine(
        run_id=facts.RUN,
        runs=(facts.run(),),
        run_ends=(facts.end(),),
        labels=(facts.label(),),
        unknown_fields=(facts.unknown_field(),),
        task_versions=(TaskVersion(run_id=facts.RUN, content_hash=HASH, version=1, **_task()),),
        golden_tasks=(
            GoldenTask(
                state="golden",
                version=1,
                content_hash=HASH,
                content={"input": "1+1"},
                changed_at=facts.AT,
                **_task(),
            ),
        ),
        calibrations=(
            Calibration(
                calibration_id="cal-0123456789ab",
                task_set="golden",
                task_set_hash=HASH,
                accuracy=0.5,
                kappa=None,
                valid=False,
                calibrated_at=facts.AT,
                **calibration,
            ),
        ),
        canary_changes=(
            CanaryChange(
                change_id="c1:1:0",
                canary_id="c1",
                router="r",
                tier="small",
                baseline="large",
                before=None,
                after=CanaryState.RUNNING,
                cause=CanaryCause.STARTED,
                share=0.1,
                pooled=1,
                evidence=(),
                changed_at=facts.AT,
            ),
        ),
    )


def episode_line(**given: Any) -> EpisodeLine:
    """An episode that asks a model twice and a tool once."""
    judged: dict[str, Any] = {"rubric": "r", "rubric_hash": HASH, "value": 1.0, "passed": True}
    parts: dict[str, Any] = {
        "episodes": (facts.episode(answer="done", steps=2),),
        "steps": steps(),
        "exchanges": exchanges(),
        "scores": (facts.score(),),
        "labels": (facts.label(episode_id=EPISODE),),
        "audits": (
            Audit(
                run_id=facts.RUN, episode_id=EPISODE, subject="e", action="stop", acted_at=facts.AT
            ),
        ),
        "judgements": (
            Judgement(
                run_id=facts.RUN,
                episode_id=EPISODE,
                task_id="task-0",
                scorer="judge",
                judge="j",
                confidence=0.5,
                agreement=1.0,
                repeats=1,
                calibration_id="cal-0123456789ab",
                judged_at=facts.AT,
                **judged,
            ),
        ),
        "ratings": (
            Rating(
                run_id=facts.RUN,
                episode_id=EPISODE,
                task_id="task-0",
                rater="ann",
                rated_at=facts.AT,
                **judged,
            ),
        ),
        "routing_decisions": (facts.routing(),),
    }
    return EpisodeLine(run_id=facts.RUN, episode_id=EPISODE, **{**parts, **given})


def steps() -> tuple[Any, ...]:
    """Input, a call with its result, an answer."""
    asked = (system("Be brief."), user("Who is mia?"))
    called = (assistant("", CALL), tool_result(CALL, "mia, 30"))
    none = Usage()
    return (
        facts.step(0, 0, kind="input", messages=asked, usage=none, span_id="a" * 16),
        facts.step(0, 1, messages=called, span_id="b" * 16),
        facts.step(0, 2, messages=(assistant("done"),), span_id="c" * 16),
    )


def exchanges() -> tuple[Any, ...]:
    """The first model call as it was asked, and the tool's."""
    messages = [_plain(system("Be brief.")), _plain(user("Who is mia?"))]
    request = {"messages": messages, "temperature": 0.5, "tools": [_TOOL]}
    arguments = {"name": "find", "arguments": dict(CALL.arguments)}
    return (
        facts.exchange(0, 1, request=request, response={"finish_reason": "tool_calls"}),
        facts.exchange(0, 1, 1, kind="tool", name="find", request=arguments, response="mia, 30"),
    )


_TOOL = {"name": "find", "parameters": {"type": "object", "properties": {}}}


def _plain(message: MessageSpec) -> dict[str, Any]:
    return message.model_dump(mode="json", exclude_defaults=True)


def _task() -> dict[str, Any]:
    return {"suite": "golden", "task_id": "task-0", "family": "sums"}


def failed_line() -> EpisodeLine:
    """An episode whose first model call failed."""
    broken = facts.exchange(0, 1, response=None, error=facts.error("model_timeout", "too late"))
    ended = facts.episode(error=broken.error, stop_reason=StopReason.ERROR)
    steps_ = (facts.step(0, 1, messages=(), error=broken.error, model=None),)
    return EpisodeLine(
        run_id=facts.RUN, episode_id=EPISODE, episodes=(ended,), steps=steps_, exchanges=(broken,)
    )


def all_facts() -> list[Fact]:
    """A run with a fact of every kind, an episode of it going on, and another run beside it."""
    tagged = facts.label().model_copy(update={"run_id": OTHER})
    first = (*run_line().facts(), *episode_line().facts(), facts.step(7))
    return [*first, facts.run(OTHER), facts.episode(9, run_id=OTHER), tagged]


@cache
def public_lines(folder: Path) -> list[EpisodeLine]:
    """The public recordings of tau-bench as lines of an export."""
    lines = []
    for group in list(read_recordings(FORMATS["tau-bench"], folder, now=5.0))[1:-1]:
        parts: dict[str, Any] = {}
        for fact in group:
            name = {"Step": "steps", "Exchange": "exchanges", "Score": "scores"}
            key = name.get(type(fact).__name__, "episodes")
            parts[key] = (*parts.get(key, ()), fact)
        episode = parts["episodes"][0]
        lines.append(EpisodeLine(run_id=episode.run_id, episode_id=episode.episode_id, **parts))
    return lines

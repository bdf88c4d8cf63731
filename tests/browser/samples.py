"""Runs and episodes as facts: short conversations, and one with everything in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.contracts import (
    Episode,
    ErrorSpec,
    Exchange,
    Fact,
    MessageSpec,
    Provenance,
    Run,
    Score,
    Step,
    StopReason,
    ToolCall,
    Usage,
    assistant,
    system,
    tool_result,
    user,
)

START = 1_767_600_000.0  # 2026-01-05 08:00:00 UTC
HOSTILE = "<script>window.stolen = 1</script><img src=x onerror='window.stolen = 2'>"


@dataclass(frozen=True, slots=True)
class Sample:
    """One episode of a run, by its place in it."""

    run: Run
    number: int
    family: str
    epoch: int
    passed: bool
    stop: StopReason = StopReason.ANSWERED
    cost_usd: float | None = 0.002
    seconds: float = 3.0

    @property
    def episode_id(self) -> str:
        """Ends in the number."""
        return f"ep-{self.run.run_id[-4:]}{self.number:016x}"

    @property
    def task_id(self) -> str:
        """The same task in every epoch."""
        return f"{self.family}-{self.number // 2:02d}"

    @property
    def started_at(self) -> float:
        """Episodes follow each other; recorded ones have the time of their import."""
        recorded = self.stop is StopReason.RECORDED
        return self.run.started_at + (0 if recorded else 4 * self.number)


def a_run(run_id: str, agent: str, model: str, hours: float, **other: object) -> Run:
    """A run of the helpdesk suite."""
    made_of = Provenance(
        command="workbench eval helpdesk",
        git_commit="0123abc",
        suite_hash="5" * 32,
        agent_hash=run_id[-4:] * 8,
        packages={"polars": "1.0"},
        settings={"seed": 0, "limit": None, "samples": [], "families": []},
    )
    given = {"epochs": 2, "planned": 12, "seed": 0, "source": "eval"} | other
    return Run(
        run_id=run_id,
        name=f"helpdesk {agent} {model}".strip(),
        suite="helpdesk",
        agent=agent,
        model=model,
        started_at=START + 3600 * hours,
        provenance=made_of,
        **given,
    )


def facts_of(sample: Sample) -> Iterator[Fact]:
    """A short conversation, its episode and its score."""
    run, start = sample.run, sample.started_at
    about = {"run_id": run.run_id, "episode_id": sample.episode_id}
    end = start if sample.stop is StopReason.RECORDED else start + sample.seconds
    told = (system("You work at a customer desk."), user(f"Question {sample.number}?"))
    yield step(sample, 0, "input", told, (start, start))
    said = (assistant(f"Answer {sample.number}."),)
    yield step(sample, 1, "model", said, (start, end), tokens=(100 + sample.number, 10))
    error = ErrorSpec(code="model_timeout", message=f"no answer in 60 s {HOSTILE}")
    yield Episode(
        **about,
        task_id=sample.task_id,
        family=sample.family,
        epoch=sample.epoch,
        agent=run.agent,
        model=run.model,
        started_at=start,
        ended_at=end,
        stop_reason=sample.stop,
        steps=1,
        usage=Usage(input_tokens=100 + sample.number, output_tokens=10, calls=1),
        cost_usd=sample.cost_usd,
        answer=f"Answer {sample.number}.",
        error=error if sample.stop is StopReason.ERROR else None,
    )
    yield Score(
        **about,
        task_id=sample.task_id,
        family=sample.family,
        epoch=sample.epoch,
        scorer="exact",
        value=float(sample.passed),
        passed=sample.passed,
        reason="as expected" if sample.passed else f"not what was asked: {HOSTILE}",
        scored_at=end,
    )


def step(
    sample: Sample,
    index: int,
    kind: str,
    messages: tuple[MessageSpec, ...],
    times: tuple[float, float],
    *,
    tokens: tuple[int, int] = (0, 0),
    **other: object,
) -> Step:
    """One step of a sample's episode."""
    said = kind == "model"
    given: dict[str, object] = {
        "agent": sample.run.agent,
        "span_id": f"{index:016x}",
        "model": sample.run.model or None if said else None,
        "cost_usd": sample.cost_usd if said else 0.0,
        "usage": Usage(input_tokens=tokens[0], output_tokens=tokens[1], calls=int(said)),
    }
    return Step(
        run_id=sample.run.run_id,
        episode_id=sample.episode_id,
        index=index,
        kind=kind,
        started_at=times[0],
        ended_at=times[1],
        messages=messages,
        **(given | other),
    )


def rich_conversation(sample: Sample) -> Iterator[Fact]:
    """Tools with results and errors, a worker, a handoff, a hostile text, an error."""
    t = sample.started_at
    look = ToolCall(id="1", name="find_order", arguments={"order": "A-17", "note": HOSTILE})
    ask = ToolCall(id="2", name="ask_librarian", arguments={"question": "What is our policy?"})
    hand = ToolCall(id="3", name="transfer_to_refunds", arguments={})
    told = (system("You are the front desk."), user(f"I want my money back. {HOSTILE}"))
    yield step(sample, 0, "input", told, (t, t), agent="front_desk")
    found = (
        assistant("Let me look.", look),
        tool_result(look, '{"order": "A-17", "total": 42.5, "paid": true}'),
    )
    yield step(sample, 1, "model", found, (t, t + 1), agent="front_desk", tokens=(120, 20))
    yield tool(sample, 1, 1, look, t + 0.5)
    asked = (assistant("", ask), tool_result(ask, "Thirty days."))
    yield step(sample, 2, "model", asked, (t + 1, t + 3), agent="front_desk", tokens=(180, 15))
    yield tool(sample, 2, 1, ask, t + 1)
    below = {"agent": "librarian", "parent_span_id": f"{2:016x}"}
    inner = (system("You know the rules."), user("What is our policy?"))
    yield step(sample, 3, "input", inner, (t + 1, t + 1), **below)
    yield step(
        sample, 4, "model", (assistant("Thirty days."),), (t + 1, t + 2), tokens=(40, 5), **below
    )
    handing = (assistant("", hand), tool_result(hand, "Handed over to refunds."))
    yield step(sample, 5, "model", handing, (t + 3, t + 4), agent="front_desk", tokens=(220, 8))
    yield step(sample, 6, "handoff", (system("You refund."),), (t + 4, t + 4), agent="refunds")
    failed = {"agent": "refunds", "error": garbled(sample.episode_id)}
    yield step(sample, 7, "model", (), (t + 4, t + 5), **failed)
    yield broken_call(sample, 7, t + 4)
    *_, episode, score = facts_of(sample)
    yield episode
    yield score


def garbled(episode_id: str) -> ErrorSpec:
    """A model's answer that breaks the protocol."""
    return ErrorSpec(
        code="model_garbled",
        message=f"small: the answer breaks the protocol: {HOSTILE}",
        retryable=True,
        boundary="model.answer",
        pointer=f"/choices/0/{HOSTILE}",
        expected="a valid string, not an array",
        correlation_id=episode_id,
    )


def broken_call(sample: Sample, index: int, at: float) -> Exchange:
    """A model call that was given up because of its answer."""
    return Exchange(
        run_id=sample.run.run_id,
        episode_id=sample.episode_id,
        step_index=index,
        position=0,
        kind="model",
        name="small",
        request={"messages": []},
        request_hash="0" * 32,
        error=garbled(sample.episode_id),
        started_at=at,
        ended_at=at + 1,
    )


def tool(sample: Sample, index: int, position: int, call: ToolCall, at: float) -> Exchange:
    """A tool call that took a quarter of a second."""
    return Exchange(
        run_id=sample.run.run_id,
        episode_id=sample.episode_id,
        step_index=index,
        position=position,
        kind="tool",
        name=call.name,
        request={"name": call.name, "arguments": call.arguments},
        request_hash="0" * 32,
        started_at=at,
        ended_at=at + 0.25,
    )

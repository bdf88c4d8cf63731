"""What the Escalations page shows."""

import polars as pl

from engine.contracts import Step
from workbench.bootstrap.remarks import remark
from workbench.dashboards.markup import render
from workbench.dashboards.numbers.escalations import Chosen
from workbench.dashboards.views.timeline import pretty


def draw_waiting(waiting: pl.DataFrame, chosen: str) -> str:
    """What waits: whose it is, why, and since when."""
    return render("waiting.html", rows=waiting.to_dicts(), chosen=chosen)


def draw_past(past: pl.DataFrame) -> str:
    """What was decided, by whom, and what has become of it."""
    return render("decided.html", rows=past.to_dicts())


def draw_chosen(chosen: Chosen | None) -> str:
    """One wait: the verdict with its evidence, or the pending call with its arguments."""
    if chosen is None:
        return ""
    wait = chosen.wait
    call = wait.wait.call
    return render(
        "escalation.html",
        escalation=wait.model_dump(mode="json"),
        arguments=pretty(call.arguments) if call else "",
        evidence=[(step.index, _gist(step)) for step in chosen.evidence],
        latest=[(step.index, step.kind, step.agent, _gist(step)) for step in chosen.latest],
    )


def _gist(step: Step) -> str:
    """What a step said and did, on one line."""
    calls = [f"{c.name}({pretty(c.arguments)})" for m in step.messages for c in m.tool_calls]
    said = [m.content for m in step.messages if m.role in {"user", "assistant", "tool"}]
    noted = remark(step.kind, step.attributes)
    parts = [f"{noted.action} {noted.text}" if noted else "", *calls, *said]
    return " ".join(" · ".join(filter(None, parts)).split())

"""One moment of an episode, and all of them on one plain page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.contracts import Exchange, Json, MessageSpec
from workbench.bootstrap.moments import Moment
from workbench.dashboards.markup import render
from workbench.dashboards.views.timeline import pretty

LONGEST: Final = 20_000
"""Characters of one exchange that are shown; what a long conversation asks takes a megabyte."""


@dataclass(frozen=True, slots=True)
class Line:
    """A message as text."""

    role: str
    text: str
    new: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An exchange as text."""

    name: str
    request: str
    answer: str
    failed: bool
    seconds: float | None


def draw_moment(moments: Sequence[Moment], at: int, *, timed: bool = True) -> str:
    """The state after a step with its difference to the step before; empty without steps."""
    if not moments:
        return ""
    at = min(max(at, 0), len(moments) - 1)
    moment = moments[at]
    return render(
        "moment.html",
        moment=moment,
        at=at,
        of=len(moments),
        lines=_lines(moment),
        model=moment.model and _asked(moment.model, timed=timed),
        tools=[_asked(tool, timed=timed) for tool in moment.tools],
        timed=timed,
    )


def draw_moments(moments: Sequence[Moment], episode_id: str) -> str:
    """Every step with what it changed, for where nothing can be moved through."""
    rows = [(moment, [_line(message, new=True) for message in moment.added]) for moment in moments]
    return render("moments.html", rows=rows, episode_id=episode_id)


def _lines(moment: Moment) -> list[Line]:
    old = len(moment.messages) - len(moment.added)
    return [_line(message, new=n >= old) for n, message in enumerate(moment.messages)]


def _line(message: MessageSpec, *, new: bool) -> Line:
    calls = (
        f"-> {call.name}({call.malformed or pretty(call.arguments)})" for call in message.tool_calls
    )
    role = f"{message.role} {message.name}" if message.name else message.role
    return Line(role, "\n".join(filter(None, [message.content, *calls])), new)


def _asked(exchange: Exchange, *, timed: bool) -> Asked:
    error = exchange.error
    answer = pretty(exchange.response) if error is None else f"{error.code}: {error.message}"
    return Asked(
        name=exchange.name,
        request=_cut(_told(exchange)),
        answer=_cut(answer),
        failed=error is not None,
        seconds=exchange.ended_at - exchange.started_at if timed else None,
    )


def _told(exchange: Exchange) -> str:
    """The request; the messages of one to a model stand beside it already."""
    if exchange.kind == "tool":
        return pretty(exchange.request.get("arguments"))
    messages = exchange.request.get("messages")
    count = len(messages) if isinstance(messages, list) else 0
    shown: dict[str, Json] = {**exchange.request, "messages": f"{count} messages"}
    return f"{pretty(shown)}\n\nmessages:\n{pretty(messages)}"


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n… {len(text) - LONGEST:,} characters more"

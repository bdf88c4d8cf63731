"""What a model call of an episode asked and got, as GenAI attributes.

Where the request is recorded it is told as it was. Where it is not, as in most episodes recorded
elsewhere, it is the conversation so far, and `agent_workbench.request.inferred` says so; of several
agents that talk at once nothing is inferred.
"""

from collections.abc import Sequence
from typing import Any

from engine.contracts import EpisodeLine, Exchange, MessageSpec, ModelRequest, Run, Step
from engine.errors import BadInput
from engine.interchange.otel_messages import (
    input_messages,
    instructions,
    output_messages,
    tool_definitions,
)
from engine.interchange.otel_names import NAMES, PROVIDER, SETTINGS


class Prompts:
    """Tells the calls of one episode."""

    def __init__(self, line: EpisodeLine) -> None:
        self._line = line
        self._branched = any(step.parent_span_id for step in line.steps)

    def whole(self) -> dict[str, Any]:
        """What the episode began with and ended with."""
        begin = [m for step in self._line.steps if step.kind == "input" for m in step.messages]
        episode = self._line.episode
        said = MessageSpec(role="assistant", content=(episode and episode.answer) or "")
        return {
            NAMES["request.system"]: instructions(begin) or None,
            NAMES["request.messages"]: input_messages(begin) or None,
            NAMES["response.message"]: output_messages(said, "stop") if said.content else None,
        }

    def call(self, step: Step, asked: Exchange | None) -> dict[str, Any]:
        """What was asked and answered in a model's step."""
        request = None if asked is None else _request(asked)
        return {**self._asked(step, request), **_answered(step, asked)}

    def _asked(self, step: Step, request: ModelRequest | None) -> dict[str, Any]:
        if request is not None:
            return {**_settings(request), **_prompt(request.messages)}
        if self._branched:
            return {}
        before = [m for s in self._line.steps if s.index < step.index for m in s.messages]
        return {**_prompt(before), NAMES["request.inferred"]: True}


def provider(run: Run, model: str) -> str:
    """Who answers for a model: the name before its slash, the importer, or this process."""
    name, slash, _ = model.partition("/")
    if slash and ":" not in name:
        return name
    return PROVIDER if run.source == "eval" else run.source


def _request(asked: Exchange) -> ModelRequest | None:
    """The request where it is one of ours; what others sent may have any form."""
    try:
        return ModelRequest.parse(asked.request)
    except BadInput:
        return None


def _prompt(messages: Sequence[MessageSpec]) -> dict[str, Any]:
    return {
        NAMES["request.system"]: instructions(messages) or None,
        NAMES["request.messages"]: input_messages(messages) or None,
    }


def _settings(request: ModelRequest) -> dict[str, Any]:
    tools = [tool.model_dump(mode="json", exclude={"sensitive"}) for tool in request.tools]
    return {
        **{NAMES[f"request.{name}"]: getattr(request, name) for name in SETTINGS},
        NAMES["request.stop"]: list(request.stop) or None,
        NAMES["request.tools"]: tool_definitions(tools) or None,
        NAMES["request.output_type"]: "json" if request.response_schema else None,
    }


def _answered(step: Step, asked: Exchange | None) -> dict[str, Any]:
    said = next((m for m in step.messages if m.role == "assistant"), None)
    response = asked.response if asked else None
    given = response.get("finish_reason") if isinstance(response, dict) else None
    if said is None:
        return {}
    reason = str(given or ("tool_calls" if said.tool_calls else "stop"))
    return {
        NAMES["response.message"]: output_messages(said, reason),
        NAMES["response.finish_reason"]: [reason] if given else None,
    }

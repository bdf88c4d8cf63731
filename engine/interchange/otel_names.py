"""What our fields are called in OpenTelemetry's GenAI conventions, 1.41.0: one table, both ways.

Source: open-telemetry/semantic-conventions 1.41.0, `model/gen-ai`. What they have no word for
stands below `agent_workbench.`.
"""

from typing import Final

SCHEMA_URL: Final = "https://opentelemetry.io/schemas/1.41.0"
PROVIDER: Final = "agent-workbench"
"""`gen_ai.provider.name` of what runs in our own process."""

OPERATION: Final = "gen_ai.operation.name"
INVOKE_AGENT: Final = "invoke_agent"
CHAT: Final = "chat"
EXECUTE_TOOL: Final = "execute_tool"
EVALUATION_EVENT: Final = "gen_ai.evaluation.result"

NAMES: Final = {
    "run.run_id": "agent_workbench.run.id",
    "run.name": "agent_workbench.run.name",
    "run.suite": "agent_workbench.run.suite",
    "run.agent": "agent_workbench.run.agent",
    "run.model": "agent_workbench.run.model",
    "run.source": "agent_workbench.run.source",
    "run.tenant": "agent_workbench.tenant",
    "run.epochs": "agent_workbench.run.epochs",
    "run.seed": "agent_workbench.run.seed",
    "episode.episode_id": "gen_ai.conversation.id",
    "episode.agent": "gen_ai.agent.name",
    "episode.model": "gen_ai.request.model",
    "episode.task_id": "agent_workbench.task.id",
    "episode.family": "agent_workbench.task.family",
    "episode.epoch": "agent_workbench.epoch",
    "episode.stop_reason": "agent_workbench.stop_reason",
    "episode.cost_usd": "agent_workbench.cost_usd",
    "episode.state_hash": "agent_workbench.state_hash",
    "episode.metadata": "agent_workbench.metadata",
    "step.index": "agent_workbench.step.index",
    "step.kind": "agent_workbench.step.kind",
    "step.agent": "gen_ai.agent.name",
    "step.model": "gen_ai.response.model",
    "step.cost_usd": "agent_workbench.cost_usd",
    "step.state_hash": "agent_workbench.state_hash",
    "step.attributes": "agent_workbench.step.attributes",
    "step.messages": "agent_workbench.step.messages",
    "usage.input_tokens": "gen_ai.usage.input_tokens",
    "usage.output_tokens": "gen_ai.usage.output_tokens",
    "usage.cached_tokens": "gen_ai.usage.cache_read.input_tokens",
    "provider": "gen_ai.provider.name",
    "model.name": "gen_ai.request.model",
    "request.temperature": "gen_ai.request.temperature",
    "request.max_output_tokens": "gen_ai.request.max_tokens",
    "request.seed": "gen_ai.request.seed",
    "request.stop": "gen_ai.request.stop_sequences",
    "request.tools": "gen_ai.tool.definitions",
    "request.output_type": "gen_ai.output.type",
    "request.system": "gen_ai.system_instructions",
    "request.messages": "gen_ai.input.messages",
    "response.message": "gen_ai.output.messages",
    "response.finish_reason": "gen_ai.response.finish_reasons",
    "tool.name": "gen_ai.tool.name",
    "tool.type": "gen_ai.tool.type",
    "tool.call_id": "gen_ai.tool.call.id",
    "tool.arguments": "gen_ai.tool.call.arguments",
    "tool.result": "gen_ai.tool.call.result",
    "exchange.position": "agent_workbench.exchange.position",
    "error.code": "error.type",
    "score.scorer": "gen_ai.evaluation.name",
    "score.value": "gen_ai.evaluation.score.value",
    "score.passed": "gen_ai.evaluation.score.label",
    "score.reason": "gen_ai.evaluation.explanation",
    "score.advisory": "agent_workbench.score.advisory",
}
"""Our field -> their attribute."""

FINISH: Final = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_call",
    "content_filter": "content_filter",
}
"""Our finish reason -> theirs, in messages; a model's own word stands beside it in the span."""


def ours(attribute: str, subject: str) -> str | None:
    """Our field of `subject` (episode, step, usage, request …) for an attribute; null: none."""
    fields = (field for field, name in NAMES.items() if name == attribute)
    return next((field for field in fields if field.startswith(f"{subject}.")), None)

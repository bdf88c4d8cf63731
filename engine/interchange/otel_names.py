"""What our fields are called in OpenTelemetry's GenAI conventions, 1.41.0: one table, both ways.

Exports write these names and imports read them. Source: open-telemetry/semantic-conventions 1.41.0,
`model/gen-ai`. What they have no word for stands below `agent_workbench.`.
"""

from typing import Final

SCHEMA_URL: Final = "https://opentelemetry.io/schemas/1.41.0"
PROVIDER: Final = "agent-workbench"
"""`gen_ai.provider.name` of what runs in our own process."""

OPERATION: Final = "gen_ai.operation.name"
INVOKE_AGENT: Final = "invoke_agent"
CHAT: Final = "chat"
EXECUTE_TOOL: Final = "execute_tool"
INFERENCE: Final = frozenset({CHAT, "text_completion", "generate_content"})
"""Operations that are a model call."""
EVALUATION_EVENT: Final = "gen_ai.evaluation.result"
DETAILS_EVENT: Final = "gen_ai.client.inference.operation.details"
"""Its attributes belong to the span: a call's messages may stand there."""

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
    "usage.calls": "agent_workbench.usage.calls",
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
    "request.inferred": "agent_workbench.request.inferred",
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

SETTINGS: Final = ("temperature", "max_output_tokens", "seed", "stop")
"""Fields of a request that spans have as they are."""

_LET_GO: Final = frozenset(
    {
        "server.address", "server.port",
        "gen_ai.agent.description", "gen_ai.agent.id", "gen_ai.agent.version",
        "gen_ai.data_source.id", "gen_ai.embeddings.dimension.count", "gen_ai.prompt.name",
        "gen_ai.request.choice.count", "gen_ai.request.encoding_formats",
        "gen_ai.request.frequency_penalty", "gen_ai.request.presence_penalty",
        "gen_ai.request.stream", "gen_ai.request.top_k", "gen_ai.request.top_p",
        "gen_ai.response.id", "gen_ai.response.time_to_first_chunk", "gen_ai.retrieval.documents",
        "gen_ai.retrieval.query.text", "gen_ai.token.type", "gen_ai.tool.description",
        "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.workflow.name",
    }
)  # fmt: skip
"""Attributes of the conventions for which we have no field."""

KNOWN: Final = _LET_GO | {OPERATION, *NAMES.values()}
"""What an import reads, or lets go without a word; any other attribute is counted as unknown."""

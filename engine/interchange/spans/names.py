"""Attributes of spans that are read, or known and let go (GenAI semantic conventions 1.41.0)."""

from typing import Final

INFERENCE: Final = frozenset({"chat", "text_completion", "generate_content"})
"""Operations that are a model call."""
TOOL: Final = "execute_tool"
AGENT: Final = "invoke_agent"

OPERATION: Final = "gen_ai.operation.name"
CONVERSATION: Final = "gen_ai.conversation.id"
AGENT_NAME: Final = "gen_ai.agent.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
INPUT: Final = "gen_ai.input.messages"
OUTPUT: Final = "gen_ai.output.messages"
INSTRUCTIONS: Final = "gen_ai.system_instructions"
DEFINITIONS: Final = "gen_ai.tool.definitions"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
CACHED_TOKENS: Final = "gen_ai.usage.cache_read.input_tokens"
CALL_ID: Final = "gen_ai.tool.call.id"
TOOL_NAME: Final = "gen_ai.tool.name"
ARGUMENTS: Final = "gen_ai.tool.call.arguments"
RESULT: Final = "gen_ai.tool.call.result"
EVALUATION: Final = "gen_ai.evaluation.result"
EVALUATION_NAME: Final = "gen_ai.evaluation.name"
EVALUATION_VALUE: Final = "gen_ai.evaluation.score.value"
EVALUATION_LABEL: Final = "gen_ai.evaluation.score.label"
EXPLANATION: Final = "gen_ai.evaluation.explanation"

SETTINGS: Final = {
    "gen_ai.request.temperature": "temperature",
    "gen_ai.request.max_tokens": "max_output_tokens",
    "gen_ai.request.seed": "seed",
    "gen_ai.request.stop_sequences": "stop",
}
"""What a request of ours says too."""

KNOWN: Final = frozenset(
    {
        OPERATION, CONVERSATION, AGENT_NAME, REQUEST_MODEL, RESPONSE_MODEL, INPUT, OUTPUT,
        INSTRUCTIONS, DEFINITIONS, INPUT_TOKENS, OUTPUT_TOKENS, CACHED_TOKENS, CALL_ID, TOOL_NAME,
        ARGUMENTS, RESULT, EVALUATION_NAME, EVALUATION_VALUE, EVALUATION_LABEL, EXPLANATION,
        *SETTINGS,
        "error.type", "server.address", "server.port",
        "gen_ai.agent.description", "gen_ai.agent.id", "gen_ai.agent.version",
        "gen_ai.data_source.id", "gen_ai.embeddings.dimension.count", "gen_ai.output.type",
        "gen_ai.prompt.name", "gen_ai.provider.name", "gen_ai.request.choice.count",
        "gen_ai.request.encoding_formats", "gen_ai.request.frequency_penalty",
        "gen_ai.request.presence_penalty", "gen_ai.request.stream", "gen_ai.request.top_k",
        "gen_ai.request.top_p", "gen_ai.response.finish_reasons", "gen_ai.response.id",
        "gen_ai.response.time_to_first_chunk", "gen_ai.retrieval.documents",
        "gen_ai.retrieval.query.text", "gen_ai.token.type", "gen_ai.tool.description",
        "gen_ai.tool.type", "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.reasoning.output_tokens", "gen_ai.workflow.name",
    }
)  # fmt: skip

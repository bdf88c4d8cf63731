"""Records that cross rooms, and the ports the engine asks the outside to fill."""

from engine.contracts.agent import AgentSpec, Limits, TeamSpec
from engine.contracts.base import Json, JsonObject, Record, canonical, digest, explain, json_text
from engine.contracts.error import ErrorSpec
from engine.contracts.facts import (
    Episode,
    Exchange,
    Fact,
    Label,
    Provenance,
    Run,
    RunEnd,
    RunStatus,
    Score,
    Step,
    StepKind,
    StopReason,
)
from engine.contracts.message import MessageSpec, ToolCall, assistant, system, tool_result, user
from engine.contracts.model import FinishReason, ModelChunk, ModelRequest, ModelResponse, Usage
from engine.contracts.ports import Model, Recorder
from engine.contracts.tool import ToolSpec

__all__ = [
    "AgentSpec",
    "Episode",
    "ErrorSpec",
    "Exchange",
    "Fact",
    "FinishReason",
    "Json",
    "JsonObject",
    "Label",
    "Limits",
    "MessageSpec",
    "Model",
    "ModelChunk",
    "ModelRequest",
    "ModelResponse",
    "Provenance",
    "Record",
    "Recorder",
    "Run",
    "RunEnd",
    "RunStatus",
    "Score",
    "Step",
    "StepKind",
    "StopReason",
    "TeamSpec",
    "ToolCall",
    "ToolSpec",
    "Usage",
    "assistant",
    "canonical",
    "digest",
    "explain",
    "json_text",
    "system",
    "tool_result",
    "user",
]

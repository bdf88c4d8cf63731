"""Records that cross rooms, and the ports the engine asks the outside to fill."""

from engine.contracts.agent import AgentSpec, Limits, TeamSpec
from engine.contracts.base import Json, JsonObject, Record, canonical, digest, explain, json_text
from engine.contracts.boundary import Boundary, check
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
    UnknownField,
)
from engine.contracts.message import MessageSpec, ToolCall, assistant, system, tool_result, user
from engine.contracts.model import FinishReason, ModelChunk, ModelRequest, ModelResponse, Usage
from engine.contracts.ports import Model, Recorder
from engine.contracts.problem import to_mcp, to_problem
from engine.contracts.router import RouterSpec, TenantRoute, Tier
from engine.contracts.tool import ToolSpec
from engine.contracts.wire import UnknownFields, Wire, drop_unknown

__all__ = [
    "AgentSpec",
    "Boundary",
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
    "RouterSpec",
    "Run",
    "RunEnd",
    "RunStatus",
    "Score",
    "Step",
    "StepKind",
    "StopReason",
    "TeamSpec",
    "TenantRoute",
    "Tier",
    "ToolCall",
    "ToolSpec",
    "UnknownField",
    "UnknownFields",
    "Usage",
    "Wire",
    "assistant",
    "canonical",
    "check",
    "digest",
    "drop_unknown",
    "explain",
    "json_text",
    "system",
    "to_mcp",
    "to_problem",
    "tool_result",
    "user",
]

"""Records that cross rooms, and the ports the engine asks the outside to fill."""

from engine.contracts.agent import AgentSpec, Limits, TeamSpec
from engine.contracts.base import Json, JsonObject, Record, canonical, digest, explain, json_text
from engine.contracts.boundary import Boundary, check
from engine.contracts.error import ErrorSpec
from engine.contracts.escalation import Decision, Escalation, LogEntries, Wait
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
from engine.contracts.guard import (
    LIMITS,
    Action,
    GuardPolicy,
    GuardVerdict,
    LadderSpec,
    Rule,
    Rung,
    RungSpec,
    Threshold,
)
from engine.contracts.message import MessageSpec, ToolCall, assistant, system, tool_result, user
from engine.contracts.model import (
    FinishReason,
    ModelChunk,
    ModelRequest,
    ModelResponse,
    Spend,
    Usage,
)
from engine.contracts.ports import Budget, Model, Recorder
from engine.contracts.problem import to_mcp, to_problem
from engine.contracts.router import RouterSpec, TenantRoute, Tier
from engine.contracts.tool import ToolSpec
from engine.contracts.wire import UnknownFields, Wire, drop_unknown

__all__ = [
    "LIMITS",
    "Action",
    "AgentSpec",
    "Boundary",
    "Budget",
    "Decision",
    "Episode",
    "ErrorSpec",
    "Escalation",
    "Exchange",
    "Fact",
    "FinishReason",
    "GuardPolicy",
    "GuardVerdict",
    "Json",
    "JsonObject",
    "Label",
    "LadderSpec",
    "Limits",
    "LogEntries",
    "MessageSpec",
    "Model",
    "ModelChunk",
    "ModelRequest",
    "ModelResponse",
    "Provenance",
    "Record",
    "Recorder",
    "RouterSpec",
    "Rule",
    "Run",
    "RunEnd",
    "RunStatus",
    "Rung",
    "RungSpec",
    "Score",
    "Spend",
    "Step",
    "StepKind",
    "StopReason",
    "TeamSpec",
    "TenantRoute",
    "Threshold",
    "Tier",
    "ToolCall",
    "ToolSpec",
    "UnknownField",
    "UnknownFields",
    "Usage",
    "Wait",
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

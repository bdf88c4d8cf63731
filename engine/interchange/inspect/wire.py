"""What is read of the samples of an Inspect log (schema version 2)."""

from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from engine.contracts import MessageSpec, ToolCall, Usage, Wire
from engine.interchange.chat_messages import Content, text_of


class Tokens(Wire):
    """What a model call used; Inspect counts tokens from a cache beside the input."""

    known: ClassVar[frozenset[str]] = frozenset({"reasoning_tokens"})
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    total_tokens: int = Field(default=0, ge=0)
    input_tokens_cache_read: int | None = Field(default=None, ge=0)
    total_cost: float | None = Field(default=None, ge=0)

    def usage(self) -> Usage:
        """As of one call; older logs count cached tokens within the input, newer ones beside it."""
        return Usage(
            input_tokens=max(self.input_tokens, self.total_tokens - self.output_tokens),
            output_tokens=self.output_tokens,
            cached_tokens=self.input_tokens_cache_read or 0,
            calls=1,
        )


class Failure(Wire):
    """An error of a sample, or of a tool call."""

    known: ClassVar[frozenset[str]] = frozenset({"traceback", "traceback_ansi"})
    message: str
    type: str | None = None


class Call(Wire):
    """A tool call as the model asked for it."""

    known: ClassVar[frozenset[str]] = frozenset({"type", "view"})
    id: str
    function: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    parse_error: str | None = None

    def spec(self) -> ToolCall:
        """As one of ours; what could not be parsed is told as malformed."""
        return ToolCall(
            id=self.id, name=self.function, arguments=self.arguments, malformed=self.parse_error
        )


class Message(Wire):
    """A message of the conversation."""

    known: ClassVar[frozenset[str]] = frozenset({"source", "metadata"})
    id: str | None = None
    role: Literal["system", "user", "assistant", "tool"]
    content: Content = None
    tool_calls: tuple[Call, ...] | None = None
    tool_call_id: str | list[str] | None = None
    function: str | None = None
    model: str | None = None
    error: Failure | None = None

    def spec(self) -> MessageSpec:
        """As one of ours."""
        tool = self.role == "tool" and isinstance(self.tool_call_id, str)
        return MessageSpec(
            role=self.role,
            content=text_of(self.content),
            tool_calls=tuple(call.spec() for call in self.tool_calls or ()),
            tool_call_id=self.tool_call_id if tool else None,  # type: ignore[arg-type]
            name=self.function if self.role == "tool" else None,
        )


class Choice(Wire):
    """An answer of a model."""

    known: ClassVar[frozenset[str]] = frozenset({"logprobs", "prompt_logprobs", "stop_details"})
    message: Message
    stop_reason: str = "unknown"


class Output(Wire):
    """What a model call gave."""

    known: ClassVar[frozenset[str]] = frozenset(
        {"completion", "time", "metadata", "response_id", "input_context_tokens", "fallback"}
    )
    model: str = ""
    choices: tuple[Choice, ...] = ()
    usage: Tokens | None = None
    error: str | None = None


class Offered(Wire):
    """A tool that a model was offered."""

    known: ClassVar[frozenset[str]] = frozenset({"options"})
    name: str
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)


_EVENT: Final = frozenset(
    {"uuid", "event", "working_start", "working_time", "metadata", "pending", "span_id"}
)


class ModelEvent(Wire):
    """A call of a model."""

    known: ClassVar[frozenset[str]] = _EVENT | {
        "tool_choice", "call", "cache", "request_ids", "requested_model", "traceback",
        "traceback_ansi", "attempt",
    }  # fmt: skip
    timestamp: str
    completed: str | None = None
    model: str
    role: str | None = None
    input: tuple[Message, ...] = ()
    input_refs: tuple[tuple[int, int], ...] | None = None
    tools: tuple[Offered, ...] = ()
    config: dict[str, Any] = Field(default_factory=dict)
    output: Output = Output()
    error: str | None = None
    retries: int | None = None


class ToolEvent(Wire):
    """A call of a tool."""

    known: ClassVar[frozenset[str]] = _EVENT | {
        "type", "view", "truncated", "events", "agent", "agent_span_id", "failed", "message_id",
    }  # fmt: skip
    timestamp: str
    completed: str | None = None
    id: str
    function: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    result: Any = None
    error: Failure | None = None


class Score(Wire):
    """What a scorer says."""

    known: ClassVar[frozenset[str]] = frozenset({"metadata", "history", "reason"})
    value: Any
    answer: str | None = None
    explanation: str | None = None


class Pools(Wire):
    """Messages that several events share."""

    known: ClassVar[frozenset[str]] = frozenset({"calls"})
    messages: tuple[Message, ...] = ()


class Stats(Wire):
    """When an evaluation began and ended; empty: not known."""

    started_at: str = ""
    completed_at: str = ""


class Revision(Wire):
    """Of the program that was evaluated."""

    commit: str | None = None


class Spec(Wire):
    """What was evaluated."""

    task: str
    model: str = ""
    solver: str | None = None
    created: str = ""
    eval_id: str = ""
    task_args: dict[str, Any] = Field(default_factory=dict)
    revision: Revision | None = None
    packages: dict[str, str] = Field(default_factory=dict)


class Header(Wire):
    """A log without its samples."""

    status: str = ""
    eval: Spec
    stats: Stats = Stats()
    error: Failure | None = None


class Sample(Wire):
    """A sample in one epoch; its events are checked one by one."""

    known: ClassVar[frozenset[str]] = frozenset(
        {
            "attachments", "choices", "completed_at", "description", "files", "input",
            "invalidation", "model_fallbacks", "output", "role_usage", "sandbox", "setup",
            "started_at", "store", "timelines", "token_limit", "turn_count", "uuid",
        }
    )  # fmt: skip
    id: int | str
    epoch: int = Field(ge=1)
    messages: tuple[Message, ...] = ()
    scores: dict[str, Any] | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    model_usage: dict[str, Any] = Field(default_factory=dict)
    events: tuple[dict[str, Any], ...] = ()
    events_data: Pools | None = None
    target: str | list[str] | None = None
    error: Failure | None = None
    error_retries: list[Any] | None = None
    limit: dict[str, Any] | None = None
    total_time: float | None = None
    working_time: float | None = None

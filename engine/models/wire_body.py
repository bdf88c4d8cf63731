"""Answers as OpenAI-compatible servers send them, read tolerantly.

What the protocol promises and nobody reads stands in `known`; any other field is dropped and
counted. What many servers leave out or send as null may be missing.
"""

from typing import Any, ClassVar

from pydantic import Field

from engine.contracts import Wire


class WireError(Wire):
    """What a server says went wrong."""

    known: ClassVar[frozenset[str]] = frozenset({"type", "param"})

    message: str = ""
    code: int | str | None = None


class Details(Wire):
    """How the input tokens divide."""

    known: ClassVar[frozenset[str]] = frozenset({"audio_tokens", "text_tokens", "image_tokens"})

    cached_tokens: int | None = None


class UsageReport(Wire):
    """What the server counted."""

    known: ClassVar[frozenset[str]] = frozenset({"total_tokens", "completion_tokens_details"})

    prompt_tokens: int | None = Field(default=None, ge=0)
    completion_tokens: int | None = Field(default=None, ge=0)
    prompt_tokens_details: Details | None = None


class Function(Wire):
    """The tool asked for; in a stream a piece of it."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class CallPart(Wire):
    """A tool call, or in a stream a piece of one."""

    known: ClassVar[frozenset[str]] = frozenset({"type"})

    index: int | None = None
    id: str | None = None
    function: Function = Function()


class Said(Wire):
    """What the model says, whole or the next piece."""

    known: ClassVar[frozenset[str]] = frozenset({"role", "annotations", "audio", "function_call"})

    content: str | None = None
    refusal: str | None = None
    tool_calls: tuple[CallPart, ...] | None = None


class Choice(Wire):
    """One of the answers; only the first is asked for."""

    known: ClassVar[frozenset[str]] = frozenset({"index", "logprobs"})

    message: Said = Said()
    delta: Said = Said()
    finish_reason: str | None = None


class Body(Wire):
    """One answer, or one event of a stream."""

    known: ClassVar[frozenset[str]] = frozenset(
        {
            *("id", "object", "created", "system_fingerprint", "service_tier"),
            "timings",  # of the embedded server
        }
    )

    model: str | None = None
    choices: tuple[Choice, ...] = ()
    usage: UsageReport | None = None
    error: WireError | str | None = None

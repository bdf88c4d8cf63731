"""Answers as OpenAI-compatible servers send them, read tolerantly.

Fields that the protocol does not promise are dropped; what many servers leave out or send as null
may be missing.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class WireError(Wire):
    """What a server says went wrong."""

    message: str = ""
    code: int | str | None = None


class Details(Wire):
    """How the input tokens divide."""

    cached_tokens: int | None = None


class UsageReport(Wire):
    """What the server counted."""

    prompt_tokens: int | None = Field(default=None, ge=0)
    completion_tokens: int | None = Field(default=None, ge=0)
    prompt_tokens_details: Details | None = None


class Function(Wire):
    """The tool asked for; in a stream a piece of it."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class CallPart(Wire):
    """A tool call, or in a stream a piece of one."""

    index: int | None = None
    id: str | None = None
    function: Function = Function()


class Said(Wire):
    """What the model says, whole or the next piece."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: tuple[CallPart, ...] | None = None


class Choice(Wire):
    """One of the answers; only the first is asked for."""

    message: Said = Said()
    delta: Said = Said()
    finish_reason: str | None = None


class Body(Wire):
    """One answer, or one event of a stream."""

    model: str | None = None
    choices: tuple[Choice, ...] = ()
    usage: UsageReport | None = None
    error: WireError | str | None = None

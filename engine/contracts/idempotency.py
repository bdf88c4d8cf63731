"""Calls under an idempotency key: what is kept of each, and what a caller is told.

A key names one call within a tenant and a tool, as the Idempotency-Key header does
(draft-ietf-httpapi-idempotency-key-header): the same key means the same call.
"""

from typing import Final, Literal

from pydantic import Field

from engine.contracts.base import Json, Record
from engine.contracts.error import ErrorSpec

KeyState = Literal["in_flight", "done", "failed", "unknown"]
"""`failed`: it ended without effect. `unknown`: it may or may not have had its effect."""

Verdict = Literal["run", "replay", "other_arguments", "busy", "unknown"]
"""What a caller is to do: make the call, take the stored end of it, or neither."""

_NAME: Final = 200
_DAY_S: Final = 86_400.0


class CallKey(Record):
    """Names one call."""

    tenant: str = Field(
        default="local", max_length=_NAME, description="The customer on whose behalf it is made."
    )
    tool: str = Field(max_length=_NAME, description="The tool that is called.")
    key: str = Field(min_length=1, max_length=_NAME, description="The idempotency key.")


class KeyAsk(CallKey):
    """A caller who would make a call."""

    fingerprint: str = Field(max_length=64, description="Digest of the canonical arguments.")
    owner: str = Field(
        max_length=_NAME,
        description="Who asks; another for each attempt. One that asks again has lost the answer "
        "on its way, and is given it once more.",
    )
    lease_s: float = Field(
        default=60.0,
        gt=0,
        le=_DAY_S,
        description="Seconds after which the call is over or its caller dead: its time limit, and "
        "a margin for clocks that differ.",
    )
    retake: bool = Field(
        default=False,
        description="Whether a call that may have had its effect is simply made again: right for "
        "tools that only read, or that do the same thing once however often they are called.",
    )
    keep_s: float = Field(
        default=_DAY_S,
        gt=0,
        le=366 * _DAY_S,
        description="Seconds for which the end of the call is kept, and replayed.",
    )


class KeyRecord(CallKey):
    """A call under its key, as it is kept."""

    fingerprint: str = Field(max_length=64, description="Digest of the canonical arguments.")
    owner: str = Field(max_length=_NAME, description="Who made it last.")
    state: KeyState = Field(description="How far it has come.")
    fence: int = Field(
        ge=1, description="Grows each time that the call is taken; a smaller one is refused."
    )
    lease_until: float = Field(
        ge=0, description="Until then its holder is at work. Seconds since the Unix epoch."
    )
    retake: bool = Field(description="Whether it is simply made again where its end is unknown.")
    keep_s: float = Field(gt=0, le=366 * _DAY_S, description="Seconds for which its end is kept.")
    expires_at: float | None = Field(
        default=None, ge=0, description="When its end is forgotten; null: before it has one."
    )
    result: Json = Field(default=None, description="Of `done`: what the tool answered.")
    error: ErrorSpec | None = Field(default=None, description="Of `failed`: why.")
    changed_at: float = Field(ge=0, description="Seconds since the Unix epoch.")


class Taken(Record):
    """The answer to a caller who would make a call."""

    verdict: Verdict = Field(description="What the caller is to do.")
    record: KeyRecord = Field(description="The call as it is kept now.")


class Ending(Record):
    """How a call ended, or that nobody knows."""

    state: Literal["done", "failed", "unknown"] = Field(description="How it ended.")
    result: Json = Field(default=None, description="Of `done`: what the tool answered.")
    error: ErrorSpec | None = Field(default=None, description="Of `failed`: why.")

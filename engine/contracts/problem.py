"""Errors as they leave the house: as an HTTP problem, and as the result of an MCP tool call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.contracts.base import JsonObject
from engine.contracts.error import ErrorSpec

PROBLEM_TYPE: Final = "application/problem+json"
"""Media type of `to_problem` (RFC 9457)."""
_TYPE: Final = "urn:agent-workbench:error:{}"
_META: Final = "agent-workbench/error"


@dataclass(frozen=True, slots=True)
class Kind:
    """What all errors of one code have in common."""

    status: int
    """HTTP status."""
    title: str


KINDS: Final[Mapping[str, Kind]] = {
    "error": Kind(500, "The request could not be carried out"),
    "bad_input": Kind(422, "The request cannot be used"),
    "not_found": Kind(404, "Nothing answers to this name"),
    "model_error": Kind(502, "A model call failed"),
    "model_unreachable": Kind(502, "The model's endpoint cannot be reached"),
    "model_timeout": Kind(504, "The model gave no answer in time"),
    "model_refused": Kind(502, "The model's endpoint refused the call"),
    "model_unavailable": Kind(503, "The model's endpoint is overloaded or broken"),
    "model_garbled": Kind(502, "The model's answer is not what the protocol says"),
    "tool_error": Kind(422, "A tool call failed"),
    "tool_refused": Kind(422, "The tool refused the call"),
    "tool_unreachable": Kind(502, "The tool cannot be reached"),
    "tool_unavailable": Kind(503, "The tool is overloaded or broken"),
    "tool_garbled": Kind(502, "The tool's answer is not what was agreed"),
    "key_reused": Kind(422, "The idempotency key belongs to another call"),
    "call_in_flight": Kind(409, "The same call is being made"),
    "effect_unknown": Kind(409, "Whether the call had its effect is not known"),
    "lease_lost": Kind(409, "Somebody else has taken over"),
    "deadline_exceeded": Kind(504, "The time given is used up"),
    "rejected": Kind(503, "The call was not made, to protect what it calls"),
    "breaker_open": Kind(503, "What is called has failed too often of late"),
    "bulkhead_full": Kind(503, "Too many calls are under way"),
    "rate_limited": Kind(429, "Too many calls in too short a time"),
    "no_tier": Kind(503, "No model may or can take the request"),
    "run_failed": Kind(502, "Every sample of a run ended with an error"),
    "store_error": Kind(500, "The store cannot do what was asked"),
    "store_too_new": Kind(500, "The store was made by a newer version"),
    "store_full": Kind(507, "No space is left in the store"),
    "store_garbled": Kind(500, "The store holds a row that is not what its table promises"),
}
"""Every code of `engine.errors`."""
_UNEXPECTED: Final = Kind(500, "Something went wrong that was not foreseen")


def to_problem(error: ErrorSpec) -> JsonObject:
    """The error as a problem (RFC 9457), with the members of `ErrorSpec` that are set.

    Of an error that is not ours only its class is told: its words may hold anything.
    """
    kind = KINDS.get(error.code, _UNEXPECTED)
    return {
        "type": _TYPE.format(error.code if error.code in KINDS else "unexpected"),
        "title": kind.title,
        "status": kind.status,
        "detail": _told(error),
        **_members(error),
    }


def to_mcp(error: ErrorSpec) -> JsonObject:
    """The error as an MCP `CallToolResult`: text for the model, the members under `_meta`."""
    return {
        "isError": True,
        "content": [{"type": "text", "text": f"Error: {_told(error)}"}],
        "_meta": {_META: _members(error)},
    }


def _told(error: ErrorSpec) -> str:
    return error.message if error.code in KINDS else f"{_UNEXPECTED.title}: {error.code}"


def _members(error: ErrorSpec) -> JsonObject:
    members: JsonObject = error.model_dump(mode="json", exclude_none=True, exclude={"message"})
    return members

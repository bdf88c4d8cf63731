"""Messages of a conversation, in the roles of the chat protocol."""

from typing import Literal

from pydantic import Field

from engine.contracts.base import JsonObject, Record

Role = Literal["system", "user", "assistant", "tool"]


class ToolCall(Record):
    """A tool call that a model asked for."""

    id: str = Field(description="Pairs the call with its result.")
    name: str = Field(description="The tool by name.")
    arguments: JsonObject = Field(description="What it is called with, by name.")
    malformed: str | None = Field(
        default=None, description="The arguments as sent, where they are no JSON object."
    )


class MessageSpec(Record):
    """One message of the transcript."""

    role: Role = Field(description="Who speaks, as the chat protocol has it.")
    content: str = Field(default="", description="The text; empty: none.")
    tool_calls: tuple[ToolCall, ...] = Field(default=(), description="Only in role assistant.")
    tool_call_id: str | None = Field(
        default=None, description="Only in role tool: the call answered."
    )
    name: str | None = Field(default=None, description="The tool, or the agent, that speaks.")


def system(content: str) -> MessageSpec:
    """Instructions to the model."""
    return MessageSpec(role="system", content=content)


def user(content: str) -> MessageSpec:
    """What the user says."""
    return MessageSpec(role="user", content=content)


def assistant(content: str = "", *tool_calls: ToolCall) -> MessageSpec:
    """What the model says, with the calls it asks for."""
    return MessageSpec(role="assistant", content=content, tool_calls=tool_calls)


def tool_result(call: ToolCall, content: str) -> MessageSpec:
    """What the tool answered to `call`."""
    return MessageSpec(role="tool", content=content, tool_call_id=call.id, name=call.name)

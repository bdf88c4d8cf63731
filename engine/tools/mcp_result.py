"""What an MCP tool answered, as JSON and as text."""

from typing import Any

from mcp.types import (
    AudioContent,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from engine.contracts import Json


def result_json(result: CallToolResult) -> Json:
    """The structured result where there is one, else the text of the parts."""
    if result.structured_content is None:
        return told(result)
    value: Json = result.structured_content
    if isinstance(value, dict) and set(value) == {"result"}:  # how the SDK wraps a plain value
        return value["result"]
    return value


def told(result: CallToolResult) -> str:
    """The parts, each on lines of its own; of what is no text, what it is."""
    return "\n".join(_part(part) for part in result.content)


def _part(part: Any) -> str:
    match part:
        case TextContent():
            return str(part.text)
        case ImageContent() | AudioContent():
            return f"[{part.mime_type}, {len(part.data) * 3 // 4} bytes]"
        case EmbeddedResource(resource=TextResourceContents() as found):
            return str(found.text)
        case EmbeddedResource():
            return f"[{part.resource.uri}]"
        case ResourceLink():
            return f"[{part.name}: {part.uri}]"
    return f"[{getattr(part, 'type', 'something')}]"

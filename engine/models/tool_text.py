"""Tools and schemas in a few plain words, for models that are not trained on tool calls."""

import json
from typing import Any

from engine.contracts import Json, JsonObject, ToolSpec


def instructions(tools: tuple[ToolSpec, ...], answer: JsonObject | None) -> str:
    """What a model is told of the form of its reply; without `answer` it has to call a tool.

    It depends on the tools and the answer's schema alone. A tool whose arguments all carry JSON
    Schema's `examples` is shown with an example call, which helps small models more than all
    else.
    """
    lines = [
        "Reply with one JSON object.",
        'To call a tool: {"tool": "...", "arguments": {...}}',
        "Tools:",
        *map(_tool, tools),
    ]
    if answer is not None:
        lines.append(f'When no tool is needed: {{"answer": {outline(answer)}}}')
    return "\n".join(lines)


def spaced(value: Any) -> str:
    """JSON with a blank after each comma and colon, as models are used to write it."""
    return json.dumps(value, ensure_ascii=False)


def outline(schema: Json) -> str:
    """The form of a value: JSON with `...` for a text, a type's name or the values allowed."""
    if not isinstance(schema, dict):
        return "any"
    if isinstance(values := schema.get("enum"), list):
        return "|".join(map(spaced, values))
    if isinstance(options := schema.get("anyOf"), list):
        return "|".join(map(outline, options))
    if isinstance(fields := schema.get("properties"), dict):
        return "{" + ", ".join(f'"{name}": {outline(of)}' for name, of in fields.items()) + "}"
    if "items" in schema:
        return f"[{outline(schema['items'])}]"
    kind = schema.get("type", "any")
    kinds = kind if isinstance(kind, list) else [kind]
    return "|".join('"..."' if of == "string" else str(of) for of in kinds)


def _tool(tool: ToolSpec) -> str:
    fields: Any = tool.parameters.get("properties", {})
    arguments = ", ".join(f"{name}: {_kind(of)}" for name, of in fields.items())
    line = f"- {tool.name}({arguments}): {tool.description}"
    example = example_of(tool.parameters)
    if not example:
        return line
    return f"{line} Example: {spaced({'tool': tool.name, 'arguments': example})}"


def _kind(schema: Json) -> str:
    form = outline(schema)
    return "string" if form == '"..."' else form


def example_of(parameters: JsonObject) -> JsonObject | None:
    """Arguments that the schema itself gives as an example; None where one is missing."""
    whole = parameters.get("examples")
    if isinstance(whole, list) and whole and isinstance(whole[0], dict):
        return whole[0]
    fields: Any = parameters.get("properties", {})
    required: Any = parameters.get("required", [])
    shown = {name: of["examples"][0] for name, of in fields.items() if of.get("examples")}
    return shown if all(name in shown for name in required) else None

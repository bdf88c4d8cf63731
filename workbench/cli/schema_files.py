"""What a request is bound by, out of files: the schema of its answer, and the tools it may call."""

from pathlib import Path

import orjson

from engine.contracts import Json, JsonObject, ToolSpec
from engine.contracts.json_schema import schema_fault
from engine.errors import BadInput
from engine.evals.files import read_bytes
from engine.models.wire_request import read_tool


def schema_in(path: Path) -> JsonObject:
    """The JSON Schema that a file holds; raises `BadInput` where it holds none."""
    return _schema(_json(path), str(path))


def tools_in(path: Path) -> tuple[ToolSpec, ...]:
    """The tools that a file lists, each with `name`, `description` and `parameters`.

    Each may stand in an envelope `{"type": "function", "function": …}`, as OpenAI's protocol has
    it. Raises `BadInput` naming the one at fault.
    """
    found = _json(path)
    if not isinstance(found, list):
        raise BadInput("is no list of tools", where=str(path))
    tools = tuple(_tool(one, f"{path}: tool {number}") for number, one in enumerate(found, 1))
    if len({tool.name for tool in tools}) < len(tools):
        raise BadInput("lists two tools of one name", where=str(path))
    return tools


def _tool(told: Json, where: str) -> ToolSpec:
    if not isinstance(told, dict):
        raise BadInput("is no object with a name and parameters", where=where)
    wrapped = told.get("type") == "function"
    spec = read_tool(told, where=where) if wrapped else ToolSpec.parse(told, where=where)
    _schema(spec.parameters, where)
    return spec


def _schema(schema: Json, where: str) -> JsonObject:
    if not isinstance(schema, dict):
        raise BadInput("is no JSON Schema: an object is expected", where=where)
    if wrong := schema_fault(schema):
        raise BadInput(f"is no JSON Schema: {wrong}", where=where)
    return schema


def _json(path: Path) -> Json:
    try:
        found: Json = orjson.loads(read_bytes(path))
    except orjson.JSONDecodeError as error:
        raise BadInput(f"is no JSON: {error}", where=str(path)) from None
    return found

"""Whether an answer can be used as it is: cut off, empty, or not what its schema asks for.

Nothing here judges whether an answer is right.
"""

import orjson

from engine.contracts import JsonObject, ModelRequest, ModelResponse
from engine.contracts.json_schema import best_error


def fault(request: ModelRequest, response: ModelResponse) -> str | None:
    """What is wrong with an answer, without its values; null: it can be used."""
    message = response.message
    if response.finish_reason == "length":
        return "it was cut off"
    if message.tool_calls:
        return _fault_of_calls(request, response)
    if request.tools and request.tool_choice == "required":
        return "it calls no tool"
    if request.response_schema is not None:
        return _fault_of_json(request.response_schema, message.content)
    return None if message.content.strip() else "it is empty"


def _fault_of_calls(request: ModelRequest, response: ModelResponse) -> str | None:
    schemas = {tool.name: tool.parameters for tool in request.tools}
    for call in response.message.tool_calls:
        if call.name not in schemas:
            return "it calls a tool that it was not given"
        if call.malformed:
            return f"its arguments for {call.name} are no JSON object"
        if said := _fault_of(schemas[call.name], call.arguments):
            return f"its arguments for {call.name}: {said}"
    return None


def _fault_of_json(schema: JsonObject, text: str) -> str | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return "it is no JSON"
    return _fault_of(schema, value)


def _fault_of(schema: JsonObject, value: object) -> str | None:
    error = best_error(schema, value)
    if error is None:
        return None
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    return f"{pointer or 'the whole'} breaks `{error.validator}`"

"""Whether a tool call keeps to sets of allowed values."""

import re
from typing import cast

from engine.contracts import Json, JsonObject, ToolCall

_NOISE = re.compile(r"[\s,./\-_*^]")


def call_fault(call: ToolCall, expected: JsonObject) -> str | None:
    """What is wrong with a call beside `{tool: {argument: [allowed value, …]}}`; None: nothing."""
    ((name, allowed),) = expected.items()
    if call.name != name:
        return f"expected a call of {name}, found {call.name}"
    if call.malformed is not None:
        return f"{name}: the arguments are no JSON object"
    return _object_fault(call.arguments, cast("JsonObject", allowed), name)


def allows(allowed: Json, value: Json) -> bool:
    """Whether a value is one of the allowed ones."""
    return isinstance(allowed, list) and any(_same(value, item) for item in allowed)


def _object_fault(found: JsonObject, allowed: JsonObject, where: str) -> str | None:
    if unknown := found.keys() - allowed.keys():
        return f"{where}: unexpected argument {', '.join(sorted(unknown))}"
    for name, values in allowed.items():
        if name not in found and not _optional(values):
            return f"{where}: argument {name} is missing"
        if name in found and not allows(values, found[name]):
            return f"{where}: {name} is {found[name]!r}, allowed {values!r}"
    return None


def _optional(values: Json) -> bool:
    return isinstance(values, list) and "" in values


def _same(found: Json, wanted: Json) -> bool:
    """Equal but for case, blanks and light punctuation in texts; true is not 1."""
    match wanted, found:
        case str(), str():
            return _plain(found) == _plain(wanted)
        case (bool(), _) | (_, bool()):
            return found is wanted
        case list(), list():
            pairs = zip(found, wanted, strict=False)
            return len(found) == len(wanted) and all(_same(*pair) for pair in pairs)
        case dict(), dict():
            return _object_fault(found, wanted, "") is None
        case _:
            return found == wanted


def _plain(text: str) -> str:
    return _NOISE.sub("", text).casefold().replace("'", '"')

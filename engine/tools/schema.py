"""Arguments against a JSON Schema that came from elsewhere."""

from dataclasses import dataclass
from typing import Any, Final

from engine.contracts import Boundary, JsonObject, ToolSpec
from engine.contracts.json_schema import best_error, schema_fault
from engine.errors import BadInput, ToolError, ToolRefused, ToolUnreachable, Violation
from engine.tools.tool import Site, Wrapped

_KINDS: Final = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}


def checked_by(spec: ToolSpec, arguments: JsonObject) -> dict[str, Any]:
    """The arguments, where they fit the tool's schema; raises `ToolError` naming the field.

    The value at fault is not told: it may be a secret.
    """
    error = best_error(spec.parameters, arguments)
    if error is None:
        return dict(arguments)
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    kind = _KINDS.get(type(error.instance), "value")
    known = ", ".join(_properties(spec)) or "none"
    said = f"{spec.name}: {pointer or 'arguments'}: {_expected(error)}, not this {kind}"
    raised = ToolError(said, hint=f"arguments: {known}")
    raised.no_effect = True
    raised.violation = Violation(Boundary.TOOL_ARGUMENTS, pointer, _expected(error))
    raise raised


def must_be_schema(name: str, schema: JsonObject) -> None:
    """Raise `BadInput` where a tool's schema is none."""
    if wrong := schema_fault(schema):
        raise BadInput(f"its schema of arguments is none: {wrong}", where=name)


@dataclass(frozen=True, slots=True)
class Offline:
    """A tool that is known by its spec alone, as what it belongs to is not connected."""

    spec: ToolSpec
    source: str

    def checked(self, arguments: JsonObject) -> dict[str, Any]:
        """The arguments, where they fit."""
        return checked_by(self.spec, arguments)

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> None:
        """Raise `ToolUnreachable`."""
        del arguments, limit_s, site
        raise ToolUnreachable(f"{self.spec.name} is not connected", no_effect=True)


class Spared(Wrapped):
    """A tool that is not called, as nobody means its effect a second time."""

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> None:
        """Raise `ToolRefused`."""
        del arguments, limit_s, site
        raise ToolRefused(f"{self.spec.name} is destructive: it is not called in a replay")


def _properties(spec: ToolSpec) -> list[str]:
    known = spec.parameters.get("properties")
    return list(known) if isinstance(known, dict) else []


def _expected(error: Any) -> str:
    """The rule that is broken, in words without the value."""
    if error.validator in {"required", "additionalProperties"}:  # these name fields, not values
        return str(error.message)
    return f"has to satisfy {error.validator} {error.validator_value!r}"

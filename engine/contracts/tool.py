"""What a model is told of a tool, and how its calls are made."""

from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts.base import JsonObject, Record

ToolEffect = Literal["read_only", "idempotent", "destructive"]
"""What a second call does: nothing at all, nothing more, or something that nobody wanted."""


class ToolSpec(Record):
    """A tool by name, purpose and argument schema."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="What the model calls it; 1 to 64 letters."
    )
    description: str = Field(default="", description="What the model is told that it does.")
    parameters: JsonObject = Field(description="JSON Schema (2020-12) of the arguments object.")
    sensitive: tuple[str, ...] = Field(
        default=(), description="Arguments whose values are never written to a log."
    )

    @model_validator(mode="after")
    def _are_arguments(self) -> Self:
        known = self.parameters.get("properties")
        unknown = set(self.sensitive) - set(known if isinstance(known, dict) else ())
        if unknown:
            raise ValueError(f"sensitive names no argument: {', '.join(sorted(unknown))}")
        return self

"""Answers of models that are kept, to be given again."""

from pydantic import Field

from engine.contracts.base import Record
from engine.contracts.model import ModelResponse


class CachedAnswer(Record):
    """An answer with what it was kept under."""

    scope: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="Who shares it, by name.")
    tenant: str = Field(description="The customer on whose behalf it was asked for.")
    model: str = Field(description="The model by the name that a run gives it.")
    response: ModelResponse = Field(description="What the model answered.")
    made_at: float = Field(
        ge=0, description="When it was answered, in seconds since the Unix epoch (UTC)."
    )


class CacheTotals(Record):
    """What a cache holds of one scope and model."""

    scope: str = Field(description="The scope by name.")
    model: str = Field(description="The model by name.")
    answers: int = Field(ge=0, description="Answers that are kept.")
    bytes: int = Field(ge=0, description="What they take.")
    hits: int = Field(ge=0, description="How often they were given.")
    oldest_at: float = Field(ge=0, description="When the oldest was made, Unix seconds (UTC).")
    newest_at: float = Field(ge=0, description="When the newest was made, Unix seconds (UTC).")

"""Drift: requests that are not what a router was trained on, and chances that no longer hold."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from engine.contracts.base import Record
from engine.contracts.canary import Bets

Edge = Annotated[float, Field(ge=-1e15, le=1e15)]
Count = Annotated[int, Field(ge=0, le=10**12)]


class FeatureBins(Record):
    """One feature's distribution: how many values lie between its edges."""

    feature: str = Field(min_length=1, max_length=100, description="The feature by name.")
    edges: tuple[Edge, ...] = Field(max_length=100, description="Inner edges, rising.")
    expected: tuple[Count, ...] = Field(description="Counts when it was trained.")
    actual: tuple[Count, ...] = Field(description="Counts in the window that is filling.")

    @model_validator(mode="after")
    def _bins_fit(self) -> Self:
        if not len(self.expected) == len(self.actual) == len(self.edges) + 1:
            raise ValueError(f"{self.feature}: one bin more than edges is expected")
        return self


class DriftState(Record):
    """A watch as far as it has come, to be kept and read again."""

    window: int = Field(ge=10, le=10**7, description="Requests that are compared at a time.")
    seen: int = Field(default=0, ge=0, le=10**12, description="Requests in the window so far.")
    windows: int = Field(default=0, ge=0, le=10**12, description="Windows that were full.")
    features: tuple[FeatureBins, ...] = Field(description="What is watched.")
    margin: float = Field(
        ge=0, lt=0.5, description="By how much chances may be off, on average, in points of 0 to 1."
    )
    over: Bets = Field(default=Bets(), description="Against: chances are not too high.")
    under: Bets = Field(default=Bets(), description="Against: chances are not too low.")


class FeatureDrift(Record):
    """How far one feature moved in a window."""

    feature: str = Field(min_length=1, max_length=100, description="The feature by name.")
    psi: float = Field(ge=0, le=1e6, description="Population stability index.")
    noise: float = Field(
        ge=0, le=1e6, description="What chance alone stays below: its mean and four deviations."
    )
    moved: bool = Field(description="Whether it is above both the noise and the threshold.")


class DriftReport(Record):
    """What a full window shows."""

    features: tuple[FeatureDrift, ...] = Field(description="The furthest first.")
    outcomes: int = Field(ge=0, le=10**12, description="Chances that were held against outcomes.")
    log_e_over: float = Field(ge=-1e12, le=1e12, description="ln of the evidence: too high.")
    log_e_under: float = Field(ge=-1e12, le=1e12, description="ln of the evidence: too low.")
    miscalibrated: bool = Field(description="Whether either is evident.")
    drifted: bool = Field(description="Whether a feature moved, or chances no longer hold.")

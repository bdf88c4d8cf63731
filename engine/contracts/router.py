"""A router's configuration as data: which models there are, and who is sent where by default."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field, model_validator

from engine.contracts.base import Record

MAX_CANARY_SHARE = 0.10
"""A canary is to show trouble early, not to become the rule."""


class Tier(Record):
    """One step of the price order: a model and what it can do."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Its own within the router.")
    model: str = Field(min_length=1, description="The model by the name that the catalog knows.")
    max_context_tokens: int = Field(
        ge=1, description="Input and output tokens that it takes together."
    )
    tools: bool = Field(default=False, description="Whether it can be given tools.")
    json_schema: bool = Field(
        default=False, description="Whether its answers can be bound to a JSON Schema."
    )


class TenantRoute(Record):
    """What is otherwise for one tenant; null leaves it as it is for all."""

    tenant: str = Field(min_length=1, description="Whose requests these are.")
    default_tier: str | None = Field(default=None, description="The tenant's default tier.")
    canary_share: float | None = Field(
        default=None,
        ge=0,
        le=MAX_CANARY_SHARE,
        description="Share of the tenant's requests sent to the canary; 0 keeps it out.",
    )


class RouterSpec(Record):
    """Tiers from the cheapest to the dearest, the default one, the canary, tenants' exceptions."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="What it is known by.")
    tiers: tuple[Tier, ...] = Field(
        min_length=1, description="In the order of their price, the cheapest first."
    )
    default_tier: str = Field(description="Where a request goes that nothing else is known of.")
    canary_tier: str | None = Field(
        default=None, description="The tier on trial; null: none is, and no share may be set."
    )
    canary_share: float = Field(
        default=0.0,
        ge=0,
        le=MAX_CANARY_SHARE,
        description="Share of the default tier's requests sent to the canary instead.",
    )
    tenants: tuple[TenantRoute, ...] = Field(
        default=(), description="Exceptions, at most one for each tenant."
    )

    @model_validator(mode="after")
    def _names_are_their_own(self) -> Self:
        for what, names in (
            ("tiers are named", [tier.name for tier in self.tiers]),
            ("exceptions are for the tenant", [route.tenant for route in self.tenants]),
        ):
            if twice := _twice(names):
                raise ValueError(f"two {what} {twice}")
        return self

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        asked = [self.default_tier, self.canary_tier, *(r.default_tier for r in self.tenants)]
        known = {tier.name for tier in self.tiers}
        if unknown := {name for name in asked if name is not None} - known:
            raise ValueError(f"no tier named {', '.join(sorted(unknown))}")
        return self

    @model_validator(mode="after")
    def _canary_is_another_tier(self) -> Self:
        shares = [self.canary_share, *(route.canary_share or 0 for route in self.tenants)]
        if self.canary_tier is None and any(shares):
            raise ValueError("a canary's share is set, but no canary_tier")
        if self.canary_tier == self.default_tier:
            raise ValueError("the canary is the default tier itself")
        return self

    def tier(self, name: str) -> Tier:
        """The tier of that name; KeyError where there is none."""
        for tier in self.tiers:
            if tier.name == name:
                return tier
        raise KeyError(name)


def _twice(names: Iterable[str]) -> str | None:
    """The first name that comes a second time."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None

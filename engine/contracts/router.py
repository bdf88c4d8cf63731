"""A router's configuration as data: which models there are, and who is sent where by default."""

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts.bandit import BanditRules
from engine.contracts.base import Record
from engine.contracts.route_limits import RouteLimits
from engine.contracts.tier import Tier

Otherwise = Literal["refuse", "next"]
"""What becomes of a locked request that the small tier cannot take."""


class TenantRoute(Record):
    """What is otherwise for one tenant; null leaves it as it is for all."""

    tenant: str = Field(min_length=1, description="Whose requests these are.")
    default_tier: str | None = Field(default=None, description="The tenant's default tier.")
    limits: RouteLimits | None = Field(
        default=None, description="Bounds on all of the tenant's requests, and its quality target."
    )


class RouterSpec(Record):
    """Tiers from the cheapest to the dearest, the default one, tenants' exceptions."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="What it is known by.")
    tiers: tuple[Tier, ...] = Field(
        min_length=1, description="In the order of their price, the cheapest first."
    )
    default_tier: str = Field(description="Where a request goes that nothing else is known of.")
    quality_target: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="Calibrated probability of a good answer that is enough for a tier.",
    )
    strict_from: float = Field(
        default=0.8,
        gt=0,
        le=1,
        description="Strictness of a JSON Schema from which on it locks the small tier; from 0.8 "
        "on every object is closed and every value has a type.",
    )
    lock_tools: Literal["any", "required", "never"] = Field(
        default="any",
        description="Whether tools with strict arguments lock the small tier too: always, where "
        "one has to be called, or never.",
    )
    release_after: int = Field(
        default=2,
        ge=1,
        le=100,
        description="Answers of a request that fail its schema before its lock is released.",
    )
    locked_unfit: Otherwise = Field(
        default="refuse",
        description="What becomes of a locked request that the small tier may not or cannot take, "
        "as one that is too long for it: refuse it, or the next tier with structured output.",
    )
    locked_down: Otherwise = Field(
        default="refuse",
        description="The same where the small tier is down.",
    )
    policy: Literal["direct", "cascade", "bandit"] = Field(
        default="direct",
        description="`direct`: a request goes to one tier; `cascade`: to the cheapest first and "
        "upward while answers fail verification; `bandit`: to one that is drawn among those good "
        "enough, by what was learnt of their rewards.",
    )
    learning: BanditRules = Field(
        default=BanditRules(), description="How a `bandit` explores, and what it is to maximise."
    )
    affinity: bool = Field(
        default=True,
        description="Whether a conversation stays with its tier where a switch, which finds no "
        "cached prompt, costs more than it saves.",
    )
    shadow: bool = Field(
        default=False, description="Whether it only records what it would do; the default is used."
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
        asked = [self.default_tier, *(route.default_tier for route in self.tenants)]
        known = {tier.name for tier in self.tiers}
        if unknown := {name for name in asked if name is not None} - known:
            raise ValueError(f"no tier named {', '.join(sorted(unknown))}")
        return self

    def of(self, tenant: str) -> TenantRoute:
        """What is otherwise for the tenant: nothing, where no exception names it."""
        for route in self.tenants:
            if route.tenant == tenant:
                return route
        return TenantRoute(tenant=tenant)

    def default_for(self, tenant: str) -> str:
        """The tier where the tenant's requests go that nothing else is known of."""
        return self.of(tenant).default_tier or self.default_tier

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

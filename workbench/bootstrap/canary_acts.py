"""What a person does about trials, from the command line or a page: told in the lake either way."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from engine.contracts import Canary, CanaryPolicy
from engine.errors import BadInput
from engine.routing import canary as machine
from engine.routing.canary import Said
from workbench.bootstrap.canaries import trials_of
from workbench.bootstrap.routers import known_specs
from workbench.settings import Settings
from workbench.store import Store

Act = Literal["pause", "resume", "promote", "roll_back"]
ACTS: Final[tuple[Act, ...]] = get_args(Act)
_UNWATCHED: Final = "null"


@dataclass(frozen=True, slots=True)
class NewTrial:
    """A trial as a person asks for it; it is checked when it starts."""

    canary_id: str
    router: str
    tier: str
    baseline: str
    tenants: tuple[str, ...]
    policy: CanaryPolicy


def start(store: Store, settings: Settings, new: NewTrial, note: str = "") -> Canary:
    """Begin a trial; raises `BadInput` where it cannot be, or a tenant is in another.

    Of a router that the home knows by name its tiers are checked.
    """
    _check_tiers(Path(settings.home), new)
    with trials_of(settings, store) as (_, trials):
        return trials.start(
            new.canary_id,
            router=new.router,
            tier=new.tier,
            baseline=new.baseline,
            tenants=new.tenants,
            policy=new.policy,
            said=Said(settings.author, note),
        )


def act(store: Store, settings: Settings, canary_id: str, what: Act, note: str = "") -> Canary:
    """Do that to a trial; raises `NotFound`, or `BadInput` where its state does not allow it."""
    with trials_of(settings, store) as (_, trials):
        done: Canary = getattr(trials, what)(canary_id, Said(settings.author, note))
        return done


def allowed(canary: Canary) -> tuple[Act, ...]:
    """What may be done to a trial as it stands."""
    return tuple(what for what in ACTS if _may(canary, what))


def policy_of(given: Mapping[str, str], *, where: str) -> CanaryPolicy:
    """The policy with these fields, each a number as a person writes it; `null`: not watched.

    Raises `BadInput` naming each field at fault.
    """
    return CanaryPolicy.parse({name: _number(name, given[name], where) for name in given}, where)


def _check_tiers(home: Path, new: NewTrial) -> None:
    for spec in known_specs(home):
        tiers = [tier.name for tier in spec.tiers]
        if spec.name == new.router and (unknown := {new.tier, new.baseline} - set(tiers)):
            said = f"router {spec.name} has no tier {', '.join(sorted(unknown))}"
            raise BadInput(said, where=new.canary_id, hint=f"its tiers: {', '.join(tiers)}")


def _may(canary: Canary, what: Act) -> bool:
    try:
        getattr(machine, what)(canary, Said(""), canary.changed_at)
    except BadInput:
        return False
    return True


def _number(name: str, text: str, where: str) -> Any:
    if text == _UNWATCHED:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = f"{_UNWATCHED}: not watched"
        raise BadInput(f"{name}: {text!r} is no number", where=where, hint=hint)
    return int(value) if value.is_integer() else value

"""The lock of a request with a strict schema: the small tier answers, its output is validated.

Output that a grammar or a validator checks needs no large model to be well-formed. The lock is
released upward once `release_after` answers of the request failed the schema; tiers without
structured output are never asked.
"""

from collections.abc import Mapping

from engine.contracts import RouteAsk, RouteLock, RouterSpec, Tier
from engine.errors import NoTier


def is_strict(spec: RouterSpec, ask: RouteAsk, outline: Mapping[str, float]) -> bool:
    """Whether the schema of the answer, or that of every tool, is strict enough for a lock."""
    request = ask.request
    if request.response_schema is not None:
        return outline["json_schema_strictness"] >= spec.strict_from
    if not request.tools or request.tool_choice == "none" or spec.lock_tools == "never":
        return False
    wanted = spec.lock_tools == "any" or request.tool_choice == "required"
    return wanted and outline["tool_strictness"] >= spec.strict_from


def is_structured(tier: Tier, ask: RouteAsk) -> bool:
    """Whether the tier can bind its output to the schemas of a strict request."""
    request = ask.request
    if request.response_schema is not None and not tier.json_schema:
        return False
    return not request.tools or request.response_schema is not None or tier.strict_tools


def begin(spec: RouterSpec, ask: RouteAsk) -> RouteLock:
    """The lock to the smallest tier with structured output; raises `NoTier` where none has it."""
    for tier in spec.tiers:
        if is_structured(tier, ask):
            return RouteLock(tier=tier.name, release_after=spec.release_after)
    raise NoTier(
        f"no tier of router {spec.name} can bind its output to the request's schema",
        hint="set json_schema or strict_tools of a tier whose model can",
        bounds={tier.name: ("structured_output",) for tier in spec.tiers},
    )


def failed(lock: RouteLock) -> RouteLock:
    """The lock after one more answer that failed the schema."""
    return lock.model_copy(update={"failures": lock.failures + 1})

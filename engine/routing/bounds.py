"""What keeps a tier from being given a request."""

from collections.abc import Collection, Iterator

from engine.contracts import Bound, RouteAsk, RouteLimits, Tier
from engine.contracts.tier import ANYWHERE
from engine.routing.features import BYTES_PER_TOKEN_AT_LEAST, size


def bounds_of(
    tier: Tier,
    ask: RouteAsk,
    limits: RouteLimits,
    *,
    tokens: int,
    down: Collection[str],
    strict_tools: bool,
) -> tuple[Bound, ...]:
    """Every bound that the tier would break; `tokens` are those expected of the prompt.

    `down`: names of tiers, or of models, that are not to be asked now. `strict_tools`: whether
    calls have to be bound to their argument schemas.
    """
    output = ask.request.max_output_tokens
    return (
        *_cannot(tier, ask, strict_tools=strict_tools),
        *_may_not(tier, limits),
        *_is_too_much(
            limits, cost=tier.cost_usd(tokens, output), wait=tier.wait_ms(tokens, output)
        ),
        *((Bound.DOWN,) if tier.name in down or tier.model in down else ()),
    )


def _cannot(tier: Tier, ask: RouteAsk, *, strict_tools: bool) -> Iterator[Bound]:
    request = ask.request
    at_most = -(-size(ask) // BYTES_PER_TOKEN_AT_LEAST) + request.max_output_tokens
    if at_most > tier.max_context_tokens:
        yield Bound.CONTEXT
    if request.tools and not tier.tools:
        yield Bound.TOOLS
    lacks_schema = request.response_schema is not None and not tier.json_schema
    if lacks_schema or (strict_tools and not tier.strict_tools):
        yield Bound.STRUCTURED_OUTPUT


def _may_not(tier: Tier, limits: RouteLimits) -> Iterator[Bound]:
    """A tier of unknown place is in no region."""
    if limits.region is not None and not {limits.region, ANYWHERE} & set(tier.regions):
        yield Bound.REGION
    if limits.sensitivity.rank > tier.max_sensitivity.rank:
        yield Bound.SENSITIVITY


def _is_too_much(limits: RouteLimits, *, cost: float | None, wait: float | None) -> Iterator[Bound]:
    """What is not known may be too much."""
    if limits.max_cost_usd is not None and (cost is None or cost > limits.max_cost_usd):
        yield Bound.COST
    if limits.max_latency_ms is not None and (wait is None or wait > limits.max_latency_ms):
        yield Bound.LATENCY

"""Routers and requests of the tables."""

from typing import Any

from engine.contracts import (
    ModelRequest,
    RouteAsk,
    RouteLimits,
    RouterSpec,
    ToolSpec,
    user,
)

STRICT: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}
SCHEMAS: dict[str | None, dict[str, Any] | None] = {
    None: None,
    "strict": STRICT,
    "optional": {**STRICT, "required": []},
    "loose": {"type": "object", "properties": {"a": {"type": "integer"}}},
}
_TIERS: list[dict[str, Any]] = [
    {
        "name": "small",
        "json_schema": True,
        "max_context_tokens": 4000,
        "latency_ms": 100,
        "ms_per_output_token": 2,
    },
    {"name": "plain", "max_context_tokens": 4000},
    {
        "name": "large",
        "json_schema": True,
        "tools": True,
        "strict_tools": True,
        "max_context_tokens": 100_000,
        "latency_ms": 1000,
        "regions": ["eu", "us"],
        "max_sensitivity": "confidential",
    },
]
_PRICES = {"small": 1.0, "plain": 2.0, "large": 10.0}


def router(quality: dict[str, float], **fields: Any) -> RouterSpec:
    """Three tiers, of which the second has no structured output."""
    tiers = [
        {
            **tier,
            "model": f"model-{tier['name']}",
            "input_usd": _PRICES[tier["name"]],
            "output_usd": _PRICES[tier["name"]],
            "expected_quality": quality.get(tier["name"]),
        }
        for tier in _TIERS
    ]
    return RouterSpec.parse({"name": "main", "default_tier": "small", "tiers": tiers, **fields})


def asked(
    *,
    words: int = 3,
    schema: str | None = None,
    tools: str | None = None,
    tenant: str = "acme",
    **limits: Any,
) -> RouteAsk:
    """A request of so many words."""
    offered = () if tools is None else (ToolSpec(name="t", parameters=SCHEMAS[tools] or {}),)
    return RouteAsk(
        request=ModelRequest(
            messages=(user("word " * words),), tools=offered, response_schema=SCHEMAS[schema]
        ),
        tenant=tenant,
        limits=RouteLimits.parse(limits),
    )

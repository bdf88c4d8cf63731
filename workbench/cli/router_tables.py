"""How routers, their classifiers and their decisions are printed."""

from datetime import UTC, datetime
from typing import Final

from engine.contracts import RouteDecision, RouterModel, RouterSpec
from workbench.cli.output import NOTHING, console, print_table, share

_SHOWN: Final = 12
"""Features that a terminal has room for; --json has all of them."""
_FIRST: Final = ("novelty", "historical", "json_schema", "token_count")
_USD: Final = "{:.6f}"


def print_spec(spec: RouterSpec) -> None:
    """The tiers in their order, and what decides between them."""
    rows = [
        [
            tier.name,
            tier.model,
            f"{tier.max_context_tokens:,}",
            "yes" if tier.tools else "no",
            "yes" if tier.json_schema else "no",
            NOTHING if tier.input_usd is None else f"{tier.input_usd:g} / {tier.output_usd:g}",
            str(tier.calls),
            ", ".join(tier.regions) or NOTHING,
            tier.max_sensitivity.value,
        ]
        for tier in spec.tiers
    ]
    columns = ["tier", "model", "context", "tools", "schema", "USD per Mtok in / out", "calls"]
    title = (
        f"Router {spec.name}: quality target {spec.quality_target:g}, default {spec.default_tier}, "
        f"lock released after {spec.release_after} failures"
    )
    print_table([*columns, "regions", "sees up to"], rows, title=title, right={"context", "calls"})


def print_card(model: RouterModel) -> None:
    """What the classifier was trained on, and how far its probabilities hold."""
    card = model.card
    when = datetime.fromtimestamp(card.trained_at, UTC).strftime("%Y-%m-%d %H:%M")
    console.print(
        f"Classifier {model.digest}, trained {when} UTC on {card.rows:,} rows of {card.data}\n"
        f"embedding: {model.embedder or 'none'}; split: {card.split}"
    )
    rows = [
        [
            one.model,
            str(one.rows),
            share(one.base_rate),
            f"{one.log_loss:.4f}",
            f"{one.base_log_loss:.4f}",
            f"{one.ece:.3f}",
            NOTHING if one.auc is None else f"{one.auc:.3f}",
        ]
        for one in card.figures
    ]
    columns = ["model", "rows", "good", "log loss", "of the base rate", "ECE", "AUC"]
    print_table(columns, rows, title="Out of fold", right=set(columns[1:]))


def print_decision(decision: RouteDecision) -> None:
    """Where the request goes, what was expected of each tier, and what would have led elsewhere."""
    lock = ", locked by its schema" if decision.locked else ""
    console.print(
        f"{decision.tier} ({decision.model}): {decision.reason.value}{lock}; quality target "
        f"{decision.quality_target:g}; decided in {decision.decided_in_us:.0f} us"
    )
    rows = [
        [
            one.tier,
            share(one.probability),
            NOTHING if one.cost_usd is None else _USD.format(one.cost_usd),
            NOTHING if one.latency_ms is None else f"{one.latency_ms:,.0f}",
            ", ".join(one.bounds) or "allowed",
        ]
        for one in decision.tiers
    ]
    columns = ["tier", "P(good)", "USD", "ms", "bounds"]
    print_table(columns, rows, title="Tiers", right={"P(good)", "USD", "ms"})
    for change in decision.would_change:
        console.print(f"would change: {change.text}")
    first = sorted(decision.features.items(), key=lambda item: not item[0].startswith(_FIRST))
    told = {name: value for name, value in first if value}
    console.print(
        f"features (version {decision.features_version}, {len(told)} of "
        f"{len(decision.features)} not 0): "
        + ", ".join(f"{name} {value:.3g}" for name, value in list(told.items())[:_SHOWN])
        + (" … --json has all" if len(told) > _SHOWN else "")
    )

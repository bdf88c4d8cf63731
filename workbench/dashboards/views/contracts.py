"""What the Contracts page shows."""

import polars as pl

from workbench.dashboards.markup import render


def draw_contracts_tiles(unknown: pl.DataFrame, violations: pl.DataFrame) -> str:
    """How well others keep to what they promise, in four numbers."""
    return render(
        "contracts_tiles.html",
        fields=unknown.height,
        sources=unknown["source"].n_unique(),
        dropped=int(unknown["count"].sum()),
        violations=int(violations["count"].sum()),
    )


def draw_unknown(unknown: pl.DataFrame) -> str:
    """Fields that nobody knew, by sender and place."""
    return render("unknown_fields.html", rows=unknown.to_dicts())


def draw_violations(violations: pl.DataFrame) -> str:
    """Where data broke a contract, with the way to the latest episodes."""
    return render("violations.html", rows=violations.to_dicts())

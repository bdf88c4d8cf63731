"""What a calibration says of a judge, in sentences and small tables."""

from collections.abc import Callable
from typing import Final

import polars as pl

from engine.contracts import Calibration
from engine.evals.calibrating.figures import Figures, Interval
from workbench.bootstrap.calibration import figures_of
from workbench.bootstrap.standing import day
from workbench.bootstrap.tables import percent

_NOTHING: Final = "–"  # noqa: RUF001


def about(fact: Calibration) -> pl.DataFrame:
    """What the calibration is bound to. Columns: what, value."""
    found = figures_of(fact)
    rows = {
        "judge": fact.judge,
        "rubric": f"{fact.rubric} ({fact.rubric_hash[:8]})",
        "asked": found.method,
        "tasks": f"{fact.task_set} ({fact.task_set_hash[:8]})",
        "labels": f"{found.labels} over {found.tasks} tasks",
        "day": day(fact.calibrated_at),
    }
    return pl.DataFrame({"what": [*rows], "value": [*rows.values()]})


def conclusion(fact: Calibration) -> str:
    """Whether the judge may gate, and what stands against it."""
    if fact.valid:
        return f"**{fact.judge}** may gate, for this rubric, this way of asking and these tasks."
    return f"**{fact.judge}** may inform, and not gate: {fact.reason}."


def agreement(fact: Calibration) -> pl.DataFrame:
    """How far judge and people agree, and what needs no judge. Columns: figure, value, interval."""
    found = figures_of(fact)
    rows = [
        ("accuracy", *_cells(found.accuracy, percent)),
        ("Cohen's kappa", *_cells(found.kappa, _decimal)),
        ("Krippendorff's alpha, with the people", *_cells(found.alpha, _decimal)),
        ("Krippendorff's alpha, people alone", *_cells(found.people_alpha, _decimal)),
        *((f"baseline: {name}", percent(v), "") for name, v in found.baselines.items()),
    ]
    return pl.DataFrame(rows, schema=["figure", "value", "95 % interval"], orient="row")


def confusion(fact: Calibration) -> pl.DataFrame:
    """Who says what how often. Columns: people say, the judge says, answers."""
    rows = [(cell.truth, cell.said, cell.count) for cell in figures_of(fact).confusion]
    return pl.DataFrame(rows, schema=["people say", "the judge says", "answers"], orient="row")


def biases(fact: Calibration) -> str:
    """Whether length or place sway the judge."""
    found = figures_of(fact)
    return " ".join([_length(found.length_bias), *_place(found)])


def sureness(fact: Calibration) -> str:
    """How far its confidence is from how often it is right."""
    error = figures_of(fact).ece
    if error is None:
        return "Nothing was judged."
    return f"Stated confidence is off by **{100 * error:.0f} points** in the mean (ECE)."


def to_read(fact: Calibration, most: int = 20) -> pl.DataFrame:
    """Where the two part, the surest first.

    Columns: item, people say, the judge says, confidence, reason.
    """
    rows = [
        (d.item, d.truth, d.said, percent(d.confidence), d.reason)
        for d in figures_of(fact).disagreements[:most]
    ]
    columns = ["item", "people say", "the judge says", "confidence", "reason"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _length(bias: Interval) -> str:
    if bias.value is None or bias.low is None or bias.high is None:
        return "Whether length sways it is not defined: it never parts from the people."
    said = f"correlation {bias.value:+.2f}, {bias.low:+.2f} to {bias.high:+.2f}"
    if bias.low <= 0 <= bias.high:
        return f"No taste for length is shown ({said})."
    taste = "longer" if bias.value > 0 else "shorter"
    return f"It favours **{taste}** answers more than people do ({said})."


def _place(found: Figures) -> list[str]:
    if found.first_shown is None or found.inconsistent is None:
        return []
    first = percent(found.first_shown.value)
    return [
        f"{first} of its words are for what was shown first; {percent(found.inconsistent)} tie."
    ]


def _cells(figure: Interval, form: Callable[[float], str]) -> tuple[str, str]:
    if figure.value is None:
        return _NOTHING, _NOTHING
    if figure.low is None or figure.high is None:
        return form(figure.value), "not defined"
    return form(figure.value), f"{form(figure.low)} to {form(figure.high)}"


def _decimal(value: float) -> str:
    return f"{value:.2f}"

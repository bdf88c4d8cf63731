"""How calibrations and paired judgements are printed."""

from collections.abc import Sequence
from typing import Any, Final

from engine.contracts import Calibration
from engine.evals.calibrating.figures import Figures, Interval
from workbench.bootstrap.calibration import figures_of
from workbench.bootstrap.pairing import Pairing
from workbench.bootstrap.standing import day
from workbench.cli.output import NOTHING, console, print_table, share, usd

SHOWN: Final = 10
"""Disagreements that a terminal has room for; --json has all of them."""
_LETTERS: Final = 90
"""Of a reason."""


def print_calibration(fact: Calibration) -> None:
    """The figures with their intervals and baselines, and whether the judge may gate."""
    found = figures_of(fact)
    console.print(
        f"{fact.calibration_id}: {fact.judge} by rubric {fact.rubric} on {fact.task_set}\n"
        f"{found.labels} labels over {found.tasks} tasks; {found.failed} without a judgement, "
        f"{found.split} without a majority of people; asked: {found.method}"
    )
    print_table(["figure", "value", "95 % interval"], _rows(found))
    print_table(["people say", "the judge says", "count"], _confusion(found), right={"count"})
    print_table(
        ["confidence", "accuracy", "interval", "judgements"],
        [
            [share(b.confidence), share(b.accuracy), _ends(b.low, b.high), str(b.count)]
            for b in found.bins
        ],
        title=f"Reliability: expected calibration error {_number(found.ece)}",
    )
    _print_disagreements(found)
    effort: Any = fact.figures.get("effort", {})
    console.print(
        f"judging {usd(effort.get('cost_usd'))}, {effort.get('calls')} calls, "
        f"{effort.get('tokens'):,} tokens"
    )
    console.print(
        "valid: the judge may gate"
        if fact.valid
        else f"not valid, the judge informs: {fact.reason}"
    )


def print_calibrations(found: Sequence[Calibration]) -> None:
    """One a row, the latest first."""
    if not found:
        console.print("No calibrations yet. Begin with: workbench judge calibrate RUN")
        return
    rows = [
        [
            fact.calibration_id,
            day(fact.calibrated_at),
            fact.judge,
            fact.rubric,
            fact.task_set,
            str(fact.labels),
            share(fact.accuracy),
            _number(fact.kappa),
            "gates" if fact.valid else "informs",
            fact.reason,
        ]
        for fact in found
    ]
    columns = ["calibration", "day", "judge", "rubric", "tasks", "labels", "accuracy", "kappa"]
    print_table([*columns, "judge", "why not"], rows, right={"labels", "accuracy", "kappa"})


def print_pairing(found: Pairing) -> None:
    """Wins, ties, and what the order had to do with it."""
    console.print(f"a: {found.a}\nb: {found.b}\njudge: {found.judge}, {found.standing}\n")
    rate = found.rate
    console.print(
        f"b wins {found.won}, loses {found.lost} and ties {found.tied} of {found.pairs} pairs: "
        f"{share(rate.value)} with ties as one half, 95 % interval {_ends(rate.low, rate.high)}; "
        f"permutation test by task: p = {found.p_value:.3g}.\n"
        f"On {share(found.inconsistent)} the two orders disagree: these are ties. "
        f"{share(found.first_shown)} of the words are for what was shown first (50 % is fair).\n"
        f"{found.failed} pairs without a judgement; judging {usd(found.cost_usd)}, "
        f"{found.calls} calls, {found.tokens:,} tokens"
    )


def _rows(found: Figures) -> list[list[str]]:
    rows = [
        _row("accuracy", found.accuracy, share),
        _row("Cohen's kappa", found.kappa, _number),
        _row("Krippendorff's alpha, judge and people", found.alpha, _number),
        _row("Krippendorff's alpha, people alone", found.people_alpha, _number),
        _row("length bias (correlation, 0 is none)", found.length_bias, _number),
    ]
    if found.first_shown is not None:
        rows.append(_row("words for the first shown (50 % is fair)", found.first_shown, share))
        rows.append(["orders that disagree (ties)", share(found.inconsistent), ""])
    rows.append(["self-consistency", share(found.agreement), ""])
    rows += [[f"baseline: {name}", share(value), ""] for name, value in found.baselines.items()]
    return rows


def _row(name: str, figure: Interval, form: Any) -> list[str]:
    ends = NOTHING
    if figure.low is not None and figure.high is not None:
        ends = f"{form(figure.low)} to {form(figure.high)}"
    return [name, form(figure.value), ends]


def _confusion(found: Figures) -> list[list[str]]:
    return [[cell.truth, cell.said, str(cell.count)] for cell in found.confusion]


def _print_disagreements(found: Figures) -> None:
    rows = [
        [d.item, d.truth, d.said, share(d.confidence), d.reason[:_LETTERS]]
        for d in found.disagreements[:SHOWN]
    ]
    if rows:
        title = f"Disagreements to read, {len(rows)} of {len(found.disagreements)}"
        columns = ["item", "people say", "the judge says", "confidence", "reason"]
        print_table(columns, rows, title=title)


def _ends(low: float, high: float) -> str:
    return f"{100 * low:.0f} .. {100 * high:.0f} %"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"

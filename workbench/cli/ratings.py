"""`workbench ratings`: what people say of answers, how far they agree, and the page to say it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import polars as pl
import typer

from engine.evals.judge.rubric import Rubric, read_rubric
from workbench.bootstrap.agreement import Agreement, agreement
from workbench.bootstrap.labelling import Selection, queue, selected_runs
from workbench.bootstrap.rating_files import import_ratings
from workbench.bootstrap.rubrics import OVERALL, Rubrics
from workbench.cli.output import AsJson, console, moment, print_frame, print_json, share
from workbench.cli.session import opened, settings_of
from workbench.store import Store
from workbench.store.queries import ratings

HELP = """What people say of answers: list it, see how far they agree, take it in from a file.

Ratings are given on the page Label of the dashboards, with the keyboard; `queue` prints its address
for a selection of answers.
"""

app = typer.Typer(
    no_args_is_help=True,
    epilog="Example: workbench ratings queue --suite helpdesk --sample 40",
)

RunNames = Annotated[
    list[str] | None, typer.Option("--run", help="Only of this run; may be repeated.")
]
RubricName = Annotated[
    str,
    typer.Option("--rubric", help="A YAML file, or one of the runs' suite by name; else overall."),
]
_SHOWN = ("episode_id", "task_id", "criterion", "rater", "value", "passed", "note", "rated_at")
_FORMATS = {"rated_at": moment}


@app.callback(help=HELP)
def ratings_() -> None:
    """See the sub-commands."""


@app.command("queue", epilog="Example: workbench ratings queue --run run-2026 --sample 40 --seed 1")
def queue_(
    ctx: typer.Context,
    suite: Annotated[str, typer.Option(help="By name; else the suite used last.")] = "",
    run: RunNames = None,
    sample: Annotated[int | None, typer.Option(min=1, help="So many answers; else all.")] = None,
    seed: Annotated[int, typer.Option(help="Of the draw, and of the order.")] = 0,
    rubric: RubricName = "",
    as_json: AsJson = False,
) -> None:
    """What there is to label, how far each rater has come, and the page's address."""
    with opened(ctx) as store:
        chosen = Selection(suite, tuple(run or ()), sample, seed)
        asked = _rubric(store, rubric, selected_runs(store, chosen).run_ids)
        selection = replace(chosen, rubric=asked)
        report = _progress(store, selection)
        report["address"] = _address(settings_of(ctx).dashboards_url, selection)
    if as_json:
        print_json(report)
        return
    console.print(f"{report['questions']} questions about {report['answers']} answers")
    for row in report["raters"]:
        console.print(f"{row['rated']:>6} rated by {row['rater']}")
    serving = f"workbench dashboards{f' --rubric {rubric}' if _is_file(rubric) else ''}"
    console.print(f"Label them at {report['address']}\n(served by: {serving})", soft_wrap=True)


@app.command("list", epilog="Example: workbench ratings list --run last --json")
def list_(
    ctx: typer.Context,
    run: RunNames = None,
    rater: Annotated[str | None, typer.Option(help="Only by this rater.")] = None,
    rubric: RubricName = "",
    as_json: AsJson = False,
) -> None:
    """Each rater's latest word on each answer; what was taken back is left out."""
    with opened(ctx) as store:
        frame = _standing(store, run, _asked(store, rubric, run) if rubric else None)
    if rater is not None:
        frame = frame.filter(pl.col("rater") == rater)
    if frame.is_empty() and not as_json:
        console.print("Nothing is rated. Begin with: workbench ratings queue")
        return
    print_frame(frame if as_json else frame.select(_SHOWN), as_json=as_json, formats=_FORMATS)


@app.command("agreement", epilog="Example: workbench ratings agreement --run last --json")
def agreement_(
    ctx: typer.Context,
    run: RunNames = None,
    rubric: RubricName = "",
    first: Annotated[
        bool, typer.Option("--first", help="Of first words: before anything was talked over.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Cohen's kappa of each two raters, Krippendorff's alpha of all, and where they differ."""
    with opened(ctx) as store:
        asked = _asked(store, rubric, run)
        found = agreement(_standing(store, run, asked, first=first))
    if as_json:
        print_json({"rubric": asked.name, "rubric_hash": asked.hash, **_plain(found)})
    elif found.criteria.is_empty():
        console.print("No answer is rated by two people yet.")
    else:
        _print(found)


@app.command("import", epilog="Example: workbench ratings import labels.csv --rubric tone.yaml")
def import_(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="A .jsonl or .csv file.")],
    rubric: RubricName = "",
    as_json: AsJson = False,
) -> None:
    """Take in ratings: episode_id, rater, passed or value; criterion, note, rated_at if known.

    Importing a file again changes nothing.
    """
    with opened(ctx) as store:
        taken = import_ratings(store, path, _rubric(store, rubric))
    if as_json:
        print_json(asdict(taken))
    else:
        console.print(f"{taken.new} of {taken.ratings} ratings are new")


def _rubric(store: Store, name: str, run_ids: Sequence[str] | None = None) -> Rubric:
    """A file's, or one that raters of these runs' suite are offered; null: of any suite."""
    return read_rubric(Path(name)) if _is_file(name) else Rubrics(store).find(name, run_ids)


def _is_file(name: str) -> bool:
    """Whether a rubric is given by its file."""
    return Path(name).suffix in {".yaml", ".yml"} or Path(name).is_file()


def _asked(store: Store, name: str, runs: list[str] | None) -> Rubric:
    return _rubric(store, name, _ids(store, runs))


def _ids(store: Store, runs: list[str] | None) -> tuple[str, ...] | None:
    return selected_runs(store, Selection(runs=tuple(runs))).run_ids if runs else None


def _standing(
    store: Store, runs: list[str] | None, rubric: Rubric | None, *, first: bool = False
) -> pl.DataFrame:
    rubric_hash = None if rubric is None else rubric.hash
    return ratings.standing(
        store.lake, rubric_hash=rubric_hash, run_ids=_ids(store, runs), first=first
    )


def _progress(store: Store, selection: Selection) -> dict[str, Any]:
    items = queue(store, selection, "")
    keys = {item.key for item in items}
    standing = ratings.standing(store.lake, rubric_hash=selection.rubric.hash)
    said = standing.select("episode_id", "criterion", "rater").rows()
    raters = [rater for episode, criterion, rater in said if (episode, criterion) in keys]
    return {
        "suite": selected_runs(store, selection).suite,
        "rubric": selection.rubric.name,
        "answers": len({item.episode_id for item in items}),
        "questions": len(items),
        "raters": [{"rater": rater, "rated": raters.count(rater)} for rater in sorted(set(raters))],
    }


def _address(base: str, selection: Selection) -> str:
    given = {
        "suite": "" if selection.runs else selection.suite,
        "runs": ",".join(selection.runs),
        "sample": selection.sample or "",
        "seed": selection.seed or "",
        "rubric": "" if selection.rubric == OVERALL else selection.rubric.name,
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{base.rstrip('/')}/label{f'?{query}' if query else ''}"


def _plain(found: Agreement) -> dict[str, Any]:
    frames = {"pairs": found.pairs, "criteria": found.criteria}
    frames["disagreements"] = found.disagreements
    return {name: frame.to_dicts() for name, frame in frames.items()}


def _print(found: Agreement) -> None:
    shares = dict.fromkeys(("agreed", "agreed_low", "agreed_high"), share)
    print_frame(found.pairs, as_json=False, formats=shares, title="Cohen's kappa, 95 % intervals")
    print_frame(found.criteria, as_json=False, title="Krippendorff's alpha, 95 % intervals")
    if found.disagreements.is_empty():
        console.print("They differ on no answer.")
        return
    formats = {"said": lambda said: "; ".join(map(_said, said))}
    print_frame(found.disagreements, as_json=False, formats=formats, title="Where they differ")


def _said(one: dict[str, Any]) -> str:
    note = f" “{one['note']}”" if one["note"] else ""
    return f"{one['rater']}: {one['value']:g}{note}"

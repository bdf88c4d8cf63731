"""`workbench router`: train a classifier, look at a router, ask where a prompt would go."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.clock import SystemClock
from engine.contracts import (
    ModelRequest,
    RouteAsk,
    RouteLimits,
    RouterModel,
    Sensitivity,
    ToolChoice,
    user,
)
from engine.contracts.router_model import RoutedRow
from engine.errors import BadInput
from engine.routing.embedding import embedder
from engine.routing.model_file import read_model, write_model
from engine.routing.training import train as train_on
from workbench.bootstrap.router import (
    MODEL_FILE,
    VERSIONS,
    classifier_file,
    keep,
    kept,
    read_rows,
    router_of,
    rows_of,
)
from workbench.cli.output import AsJson as Json
from workbench.cli.output import console, print_json, progress_console
from workbench.cli.router_policy import app as policy_app
from workbench.cli.router_tables import print_card, print_decision, print_spec
from workbench.cli.schema_files import schema_in, tools_in
from workbench.cli.session import opened, settings_of
from workbench.store.queries.resolve import resolve_run

app = typer.Typer(
    no_args_is_help=True,
    help="Routers: which tier a request goes to, and why.",
    epilog='Example: workbench router explain "What is 12 * 7?" --schema answer.json',
)

app.add_typer(policy_app)

SpecFile = Annotated[
    Path | None, typer.Option("--router", help="The router, YAML or JSON; else the embedded one.")
]
ModelFile = Annotated[
    Path | None,
    typer.Option("--classifier", help="Its classifier; else the one in the home, if any."),
]


@app.command(
    epilog="Example: workbench router train --run run-20260101-0101 --run run-20260101-0202"
)
def train(
    ctx: typer.Context,
    run: Annotated[
        list[str] | None, typer.Option(help="A scored run of a suite; one for each model.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help='JSONL: {"prompt": "…", "outcomes": {"small": 0, "large": 1}} a line.'),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the classifier goes; else into the home.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the folds.")] = 0,
    embedding: Annotated[
        bool, typer.Option(help="Whether to read what texts mean, beside how they look.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Train P(good answer) for each model on runs, or on a file, and write it with its card.

    All is chosen by cross-validation on those rows; the figures of the card are out of fold.
    """
    home = settings_of(ctx).home
    rows, data = _rows(ctx, run or [], file)
    embed = embedder() if embedding else None
    if embedding and embed is None:
        progress_console.print("wordllama is not installed: trained on how texts look alone")
    with progress_console.status(f"training on {len(rows)} rows"):
        model = train_on(rows, embed, data=data, trained_at=SystemClock().now(), seed=seed)
    written = keep(model, home) if out is None else write_model(model, out)
    path = out or home / MODEL_FILE
    if as_json:
        print_json({"path": str(path), "digest": written.digest} | _card(written))
        return
    print_card(written)
    console.print(f"written to {path}")


@app.command(epilog="Example: workbench router show --router router.yaml --json")
def show(
    ctx: typer.Context, router: SpecFile = None, classifier: ModelFile = None, as_json: Json = False
) -> None:
    """A router's tiers and settings, and its classifier's card."""
    model_file = _model_file(ctx, classifier)
    spec = router_of(router, model_file).spec
    model = read_model(model_file) if model_file else None
    if as_json:
        card = None if model is None else {"digest": model.digest} | _card(model)
        told = {"router": spec.model_dump(mode="json"), "classifier": card}
        print_json(told | {"versions": kept(settings_of(ctx).home)})
        return
    print_spec(spec)
    if model is None:
        console.print("No classifier yet. Train one with: workbench router train --run RUN")
    else:
        print_card(model)
    if versions := kept(settings_of(ctx).home):
        folder = settings_of(ctx).home / VERSIONS
        console.print(f"{len(versions)} in {folder}: {', '.join(versions)}")


@app.command(
    epilog='Example: workbench router explain "Is 91 prime?" --tenant acme --quality 0.9 --json'
)
def explain(
    ctx: typer.Context,
    prompt: Annotated[str, typer.Argument(help="What is asked; - is standard input.")],
    schema: Annotated[
        Path | None, typer.Option(help="JSON Schema that the answer has to satisfy.")
    ] = None,
    tools: Annotated[
        Path | None, typer.Option(help="JSON list of tools that may be called, as models get them.")
    ] = None,
    tool_choice: Annotated[
        ToolChoice, typer.Option(help="Whether one may, must not or has to be called.")
    ] = "auto",
    tenant: Annotated[str, typer.Option(help="On whose behalf.")] = "local",
    family: Annotated[str, typer.Option(help="Kind of task.")] = "",
    sensitivity: Annotated[
        Sensitivity, typer.Option(help="Of the request.")
    ] = Sensitivity.INTERNAL,
    region: Annotated[str | None, typer.Option(help="Where it has to be answered.")] = None,
    max_cost: Annotated[float | None, typer.Option(min=0, help="US dollars.")] = None,
    max_latency: Annotated[float | None, typer.Option(min=1, help="Milliseconds.")] = None,
    quality: Annotated[
        float | None, typer.Option(min=0, max=1, help="Probability that is enough.")
    ] = None,
    down: Annotated[list[str] | None, typer.Option(help="A tier that is down.")] = None,
    router: SpecFile = None,
    classifier: ModelFile = None,
    as_json: Json = False,
) -> None:
    """Where a prompt would go, and why: nothing is asked of any model."""
    limits = RouteLimits(
        sensitivity=sensitivity,
        region=region,
        max_cost_usd=max_cost,
        max_latency_ms=max_latency,
        quality_target=quality,
    )
    text = sys.stdin.read() if prompt == "-" else prompt
    request = ModelRequest(
        messages=(user(text),),
        tools=() if tools is None else tools_in(tools),
        tool_choice=tool_choice,
        response_schema=None if schema is None else schema_in(schema),
    )
    ask = RouteAsk(request=request, tenant=tenant, task_family=family, limits=limits)
    found = router_of(router, _model_file(ctx, classifier))
    unknown = set(down or ()) - {tier.name for tier in found.spec.tiers}
    if unknown:
        raise BadInput(f"no tier {', '.join(sorted(unknown))}", where="--down")
    decision = found.decide(ask, down=frozenset(down or ()))
    if as_json:
        print_json(decision.model_dump(mode="json"))
    else:
        print_decision(decision)


def _rows(ctx: typer.Context, runs: list[str], file: Path | None) -> tuple[list[RoutedRow], str]:
    """The rows, and where they are from in words."""
    if bool(runs) == (file is not None):
        raise BadInput("name either runs or a file", hint="--run RUN, or --file ROWS.jsonl")
    if file is not None:
        return read_rows(file), f"file {file.name}"
    with opened(ctx) as store, store.at_one_moment() as now:
        names = sorted({resolve_run(now.lake, name) for name in runs})
        return rows_of(now.lake, names), f"runs {', '.join(names)}"


def _model_file(ctx: typer.Context, given: Path | None) -> Path | None:
    return given or classifier_file(settings_of(ctx).home)


def _card(model: RouterModel) -> dict[str, Any]:
    trained = datetime.fromtimestamp(model.card.trained_at, UTC).isoformat(timespec="seconds")
    return model.card.model_dump(mode="json") | {"trained": trained, "embedder": model.embedder}

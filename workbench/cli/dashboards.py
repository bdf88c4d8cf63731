"""`workbench dashboards`: serve the dashboards and `/metrics`."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import BadInput
from engine.evals.judge.rubric import read_rubric
from workbench.cli.output import console
from workbench.cli.session import opened, settings_of
from workbench.dashboards.app import HOST, run, start

app = typer.Typer()


@app.command(epilog="Example: workbench dashboards --port 5006")
def dashboards(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 5006,
    no_token: Annotated[
        bool, typer.Option("--no-token", help="Let every user of this machine in.")
    ] = False,
    rubric: Annotated[
        list[Path] | None,
        typer.Option(
            help="YAML file of a rubric to label answers by, beside those of suites; repeatable."
        ),
    ] = None,
) -> None:
    """Serve the dashboards and /metrics on 127.0.0.1 until Ctrl-C."""
    settings = settings_of(ctx)
    rubrics = [read_rubric(path) for path in rubric or ()]
    given = settings.token.get_secret_value() if settings.token else secrets.token_urlsafe(24)
    token = None if no_token else given
    with opened(ctx) as store:
        try:
            server = start(store, settings, port=port, token=token, rubrics=rubrics)
        except OSError as error:
            raise BadInput(
                f"cannot listen at {HOST}:{port}: {error.strerror}", hint="try --port 0"
            ) from error
        query = f"?token={token}" if token else ""
        console.print(f"http://{HOST}:{server.port}/{query}", soft_wrap=True)
        console.print("Ctrl-C stops; /metrics is for Prometheus", style="dim")
        run(server)

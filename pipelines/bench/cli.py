"""`workbench bench NAME`: measure, and show the target beside each value."""

import os
import platform
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from engine.errors import NotFound
from pipelines.bench.result import Options, Result
from pipelines.bench.targets import TARGETS
from workbench.cli.output import NOTHING, AsJson, print_json, print_table
from workbench.cli.session import settings_of

app = typer.Typer()
_FILES: Final = {"import": "importing"}
"""Benchmarks whose name is no name for a file."""


@app.command(epilog="Example: workbench bench loop --json")
def bench(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(TARGETS)}.")],
    data: Annotated[
        Path | None, typer.Option(help="Folder of public data; WORKBENCH_TEST_DATA otherwise.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="The large form.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure NAME; exits with 2 where a metric could not be measured."""
    if name not in TARGETS:
        raise NotFound(f"no benchmark {name!r}", hint=f"known: {', '.join(TARGETS)}")
    options = Options(full=full, data=data or settings_of(ctx).test_data)
    module = import_module("pipelines.bench." + _FILES.get(name, name.replace("-", "_")))
    results: list[Result] = module.measure(options)
    if as_json:
        print_json(_report(name, results))
    else:
        _print(name, results)
    raise typer.Exit(2 if any(result.value is None for result in results) else 0)


def _report(name: str, results: list[Result]) -> dict[str, Any]:
    machine = {
        "cores": os.cpu_count(),
        "load_1m": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }
    rows = [{"metric": r.metric, "value": r.value, "unit": r.unit, "note": r.note} for r in results]
    return {
        "bench": name,
        "version": version("agent-workbench"),
        "machine": machine,
        "results": rows,
    }


def _print(name: str, results: list[Result]) -> None:
    load = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}"
    columns = ["metric", "value", "unit", "target", "", "note"]
    rows = [_row(name, result) for result in results]
    print_table(columns, rows, title=f"{name} ({load})", right={"value", "target"})


def _row(name: str, result: Result) -> list[str]:
    target = TARGETS[name].get(result.metric)
    value = NOTHING if result.value is None else f"{result.value:,.4g}"
    verdict = ""
    if target and result.value is not None:
        verdict = "met" if target.met(result.value) else "missed"
    return [
        result.metric,
        value,
        result.unit,
        str(target) if target else "shown",
        verdict,
        result.note,
    ]

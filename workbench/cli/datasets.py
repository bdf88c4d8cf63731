"""`workbench datasets`: suites at hand, and public sets we can read."""

import polars as pl
import typer

from engine.evals.registry import load_registry
from engine.evals.sources import known_suites, load_suite
from workbench.bootstrap import suite_folders
from workbench.cli.output import AsJson, print_frame, print_json

app = typer.Typer(epilog="Example: workbench datasets")


@app.command(epilog="Example: workbench datasets --json")
def datasets(as_json: AsJson = False) -> None:
    """List suites by name, then public data sets with their home, licence and checksums."""
    folders = suite_folders()
    suites = [load_suite(name, folders) for name in known_suites(folders)]
    ours = [
        {"suite": s.name, "version": s.version, "tasks": len(s.tasks), "hash": s.hash}
        for s in suites
    ]
    public = [entry.model_dump(mode="json") for entry in load_registry(folders)]
    if as_json:
        print_json({"suites": ours, "public": public})
        return
    print_frame(pl.DataFrame(ours), as_json=False)
    columns = ("name", "home", "licence", "about")
    rows = [{name: str(entry[name]) for name in columns} for entry in public]
    print_frame(pl.DataFrame(rows), as_json=False)

"""Reports: which runs stand in one, on which notebook it is made, and where it is put."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.errors import NotFound
from pipelines.flows.page import declared, write_page
from workbench.bootstrap.lineup import lineup
from workbench.settings import Settings
from workbench.store import Store

NOTEBOOK: Final = "01_explore_a_run"
OUT: Final = Path("reports")

_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Order:
    """What a user asks to have reported."""

    run: str | None = None
    """By id, the beginning of one, or last; null: the newest that asked a model."""
    tag: str | None = None
    """Read the run beside the others that bear this tag; null: beside the baselines."""
    notebook: str = NOTEBOOK
    parameters: Mapping[str, Any] = field(default_factory=dict)
    out: Path = OUT


def make_report(settings: Settings, order: Order) -> Path:
    """Execute the notebook on the runs ordered; gives the page, `<run>-<notebook>.html`.

    Raises `NotFound` where there is no such run, tag or notebook, `BadInput` for a parameter that
    the notebook does not declare, `WorkbenchError` where one of its cells fails.
    """
    notebook = find_notebook(order.notebook)
    with Store.open(settings) as store:
        run, *beside = lineup(store, order.run, tag=order.tag)
    given = {"home": str(settings.home.resolve()), "run": run, "beside": beside}
    known = declared(notebook)
    parameters = {name: value for name, value in given.items() if name in known}
    target = order.out.resolve() / f"{run}-{notebook.stem}.html"
    return write_page(notebook, {**parameters, **order.parameters}, target)


def notebook_folder() -> Path:
    """The notebooks of the checkout, or those that were installed."""
    checkout = _ROOT / "notebooks"
    return checkout if checkout.is_dir() else _ROOT / "pipelines" / "_notebooks"


def find_notebook(name: str) -> Path:
    """A notebook of ours by its name, or any by its path; raises `NotFound` with ours."""
    folder = notebook_folder()
    for place in (folder / f"{name.removesuffix('.ipynb')}.ipynb", Path(name)):
        if place.is_file():
            return place
    known = ", ".join(sorted(path.stem for path in folder.glob("*.ipynb")))
    raise NotFound(f"no notebook {name!r}", hint=f"known: {known}; or a path")

"""A notebook executed, and turned into one HTML page that needs nothing from outside."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import nbformat
import papermill
from nbconvert import HTMLExporter
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from engine.errors import BadInput, WorkbenchError

_TEMPLATES: Final = Path(__file__).parent / "templates"
_CELL_TIMEOUT_S: Final = 600
"""A cell reads tables and draws; a tiny evaluation, at most."""

# What a kernel is told and says goes over loopback; encrypted, no other user listens in.
_KERNELS: Final = Config({"KernelManager": {"transport_encryption": "auto"}})


def declared(notebook: Path) -> set[str]:
    """Names of a notebook's parameters."""
    return set(papermill.inspect_notebook(str(notebook)))


def write_page(notebook: Path, parameters: Mapping[str, Any], target: Path) -> Path:
    """Execute a notebook with parameters and write the page, code left out; gives its path.

    Raises `BadInput` for a parameter that the notebook does not declare, `WorkbenchError` naming
    the cell that fails.
    """
    known = declared(notebook)
    if unknown := sorted(set(parameters) - known):
        raise BadInput(
            f"{notebook.stem} has no parameter {', '.join(unknown)}",
            hint=f"its parameters: {', '.join(sorted(known)) or 'none'}",
        )
    with TemporaryDirectory() as folder:
        executed = Path(folder) / notebook.name
        _execute(notebook, executed, parameters)
        page = to_html(executed)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page)
    return target


def to_html(notebook: Path) -> str:
    """The page of an executed notebook: text, tables and figures."""
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="report",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    cells = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    page: str = exporter.from_notebook_node(cells)[0]
    return page


def _execute(notebook: Path, target: Path, parameters: Mapping[str, Any]) -> None:
    try:
        papermill.execute_notebook(
            str(notebook),
            str(target),
            parameters=dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            execution_timeout=_CELL_TIMEOUT_S,
            config=_KERNELS,
        )
    except PapermillExecutionError as error:
        place = f"{notebook.name}, cell {error.exec_count}"
        raise WorkbenchError(f"{place}: {error.ename}: {error.evalue}") from None

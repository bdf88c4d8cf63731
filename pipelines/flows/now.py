"""A flow run at once, in this process; Prefect is imported with this file."""

from importlib import import_module
from typing import Any

from prefect.exceptions import ParameterTypeError
from prefect.settings import PREFECT_API_URL

from engine.errors import BadInput, WorkbenchError
from pipelines.flows.ports import answers
from pipelines.flows.table import Entry


def run_now(chosen: Entry, parameters: dict[str, Any]) -> Any:
    """Run a flow to its end and give its result.

    Raises `BadInput` for parameters that do not fit, `WorkbenchError` where the Prefect server
    that PREFECT_API_URL names does not answer.
    """
    flow = getattr(import_module(chosen.module), chosen.name)
    known = flow.parameters.properties
    if unknown := sorted(set(parameters) - set(known)):
        hint = f"its parameters: {', '.join(known) or 'none'}"
        raise BadInput(f"{chosen.name} has no parameter {', '.join(unknown)}", hint=hint)
    try:
        fit = flow.validate_parameters(parameters)
    except ParameterTypeError as error:
        raise BadInput(str(error), where=chosen.name) from None
    _check_server()
    return flow(**fit)


def _check_server() -> None:
    url = PREFECT_API_URL.value()
    if url and not answers(f"{url}/health"):
        raise WorkbenchError(
            f"no Prefect server answers at {url}",
            hint="start `workbench up`, or unset PREFECT_API_URL to do without one",
        )

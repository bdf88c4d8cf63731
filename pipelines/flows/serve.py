"""`python -m pipelines.flows.serve [NAME=CRON ...]`: flows offered to a Prefect server."""

import sys
from collections.abc import Iterable
from importlib import import_module

from prefect import serve
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from pipelines.flows.table import FLOWS, Entry, entry

# Runs of flows under way at once: an evaluation keeps the machine busy by itself.
_LIMIT = 2


def deployment(planned: Entry, cron: str) -> RunnerDeployment:
    """A flow with its schedule (UTC); an empty one leaves it to be started by hand."""
    flow = getattr(import_module(planned.module), planned.name)
    offered: RunnerDeployment = flow.to_deployment(
        "served",
        cron=cron or None,
        parameters=dict(planned.parameters),
        description=planned.summary,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return offered


def main(arguments: Iterable[str]) -> None:
    """Serve every flow until stopped, by the schedules given in place of its own."""
    given = dict(argument.split("=", 1) for argument in arguments)
    crons = {name: planned.cron for name, planned in FLOWS.items()} | given
    serve(*(deployment(entry(name), cron) for name, cron in crons.items()), limit=_LIMIT)


if __name__ == "__main__":
    main(sys.argv[1:])

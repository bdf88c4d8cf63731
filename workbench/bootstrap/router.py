"""Routers out of files, and rows to train their classifiers on, out of runs or files."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import orjson
import yaml

from engine.contracts import MessageSpec, RoutedRow, RouterModel, RouterSpec, Tier
from engine.errors import BadInput
from engine.models.catalog import LARGE, SMALL
from engine.models.voting import VOTES
from engine.routing.classifier import LinearClassifier
from engine.routing.decision import Router
from engine.routing.embedding import embedder
from engine.routing.model_file import read_model, write_model
from workbench.store.lake import Lake
from workbench.store.queries import tier_outcomes as queries

MODEL_FILE: Final = Path("routers") / "classifier.json"
"""Below the home: where training puts a classifier, and where the router looks for it."""
VERSIONS: Final = Path("routers") / "versions"
"""Below the home: every classifier that training put there, by digest, as decisions name it."""


def _embedded(name: str, calls: int) -> Tier:
    """The embedded model asked so many times for an answer, which reads the prompt once."""
    return Tier(
        name=name,
        model=name,
        max_context_tokens=2048,
        tools=True,
        strict_tools=True,
        json_schema=True,
        input_usd=0.0,
        output_usd=0.0,
        calls=calls,
        regions=("*",),
        output_tokens=32,
        latency_ms=100.0 * calls,
        ms_per_input_token=8.0,
        ms_per_output_token=14.0 * calls,
    )


EMBEDDED: Final = RouterSpec(
    name="embedded",
    default_tier=SMALL,
    quality_target=0.5,  # small models are seldom surer than that
    lock_tools="required",
    tiers=(_embedded(SMALL, 1), _embedded(LARGE, VOTES)),
)
"""The two tiers of the embedded model, at the speed measured on 2 cores; they cost nothing."""


def router_of(spec_file: Path | None, model_file: Path | None) -> Router:
    """The router of a file, the embedded one without; raises `BadInput` where one is unusable."""
    spec = EMBEDDED if spec_file is None else read_spec(spec_file)
    return Router(spec, None if model_file is None else classifier_of(read_model(model_file)))


def classifier_of(model: RouterModel) -> LinearClassifier:
    """The classifier at work, with the embedder that it needs."""
    return LinearClassifier(model, embedder() if model.embedder else None)


def keep(model: RouterModel, home: Path) -> RouterModel:
    """Put a classifier where the router looks for it, and by its digest beside earlier ones."""
    written = write_model(model, home / VERSIONS / f"{model.digest_of()}.json")
    return write_model(written, home / MODEL_FILE)


def classifier_file(home: Path) -> Path | None:
    """Where the router of a home finds its classifier; null: there is none yet."""
    path = home / MODEL_FILE
    return path if path.is_file() else None


def kept(home: Path) -> list[str]:
    """Digests of the classifiers that were put there."""
    return sorted(path.stem for path in (home / VERSIONS).glob("*.json"))


def read_spec(path: Path) -> RouterSpec:
    """A router out of a YAML or JSON file; raises `BadInput` naming each field at fault."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(error.strerror or str(error), where=str(path)) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"is no YAML: {error}", where=str(path)) from None
    if not isinstance(data, dict):
        raise BadInput("is no router: names and values are expected", where=str(path))
    return RouterSpec.parse(data, where=str(path))


def read_rows(path: Path) -> list[RoutedRow]:
    """Rows out of a JSONL file, a line each; raises `BadInput` with the line at fault."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadInput(error.strerror or str(error), where=str(path)) from None
    return [
        RoutedRow.parse(line, where=f"{path}:{number}")
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def rows_of(lake: Lake, run_ids: Sequence[str]) -> list[RoutedRow]:
    """What the tasks of some runs were, and how often each model passed; one row for each task.

    A task that was put in several wordings is left out. Runs of one suite belong together:
    raises `BadInput` where they are of several, or a run asks no model.
    """
    told = queries.outcomes(lake, run_ids)
    if len(suites := sorted(told["suite"].unique())) > 1:
        raise BadInput(f"runs of several suites: {', '.join(suites)}", hint="train on one suite")
    if "" in set(told["model"]):
        raise BadInput("a run asks no model", hint="train on runs of models")
    shares: dict[str, dict[str, float | bool]] = defaultdict(dict)
    for task, model, share in told.select("task_id", "model", "share").iter_rows():
        shares[task][model] = share
    said = dict(queries.wordings(lake, run_ids).iter_rows())
    return list(_rows(shares, said))


def _rows(shares: dict[str, dict[str, float | bool]], said: dict[str, str]) -> Iterator[RoutedRow]:
    for task, outcomes in sorted(shares.items()):
        if task in said:
            messages = [MessageSpec.parse(message) for message in orjson.loads(said[task])]
            yield RoutedRow(messages=tuple(messages), outcomes=outcomes)

"""Routers by name: what file they are read from, and what they know of their tiers."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import yaml
from pydantic import Field

from engine.contracts import FamilyHistory, Model, RouterSpec, Sensitivity, Tier
from engine.errors import BadInput, NotFound
from engine.models.asking import Asking
from engine.models.catalog import LARGE, ROUTER, SMALL, RouterMaker
from engine.models.voting import VOTES
from engine.routing.classifier import LinearClassifier
from engine.routing.course import Placing
from engine.routing.decision import Router
from engine.routing.history import History
from engine.routing.model_file import read_model
from engine.routing.routed import Routed
from workbench.store import Lake
from workbench.store.queries.routing import TaskRecord, task_records

_ENDINGS: Final = (".yaml", ".yml", ".json")
_CONTEXT: Final = 8_192
"""Tokens that SmolLM2 takes together."""


class RouterFile(RouterSpec):
    """A router as it is written down: its specification, and where its classifier lies."""

    classifier: str | None = Field(
        default=None, description="File of its classifier, beside this one; null: none."
    )


def _tier(name: str, calls: int) -> Tier:
    return Tier(
        name=name,
        model=name,
        max_context_tokens=_CONTEXT,
        tools=True,
        strict_tools=True,
        json_schema=True,
        input_usd=0.0,
        output_usd=0.0,
        calls=calls,
        latency_ms=500.0 * calls,
        regions=("*",),
        max_sensitivity=Sensitivity.RESTRICTED,
    )


EMBEDDED: Final = RouterFile(
    name="embedded",
    tiers=(_tier(SMALL, 1), _tier(LARGE, VOTES)),
    default_tier=SMALL,
    quality_target=0.5,
    lock_tools="required",
)
"""Over the two embedded tiers. What it knows of them is how they did on other tasks of the family;
where that is nothing it asks the small one."""


def read_router(name: str, home: Path) -> tuple[RouterFile, Path]:
    """The router that a model `router:NAME` means, and the folder its files lie in.

    `embedded` comes along; NAME is otherwise a file, or one in the folder `routers` of home.
    Raises `NotFound` listing what there is, `BadInput` for a file that is no router.
    """
    if name == EMBEDDED.name:
        return EMBEDDED, home
    path = Path(name) if name.endswith(_ENDINGS) else home / "routers" / f"{name}.yaml"
    try:
        text = path.read_text("utf-8")
    except OSError:
        raise NotFound(f"no router {name!r}", hint=_known(home), where=str(path)) from None
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInput(f"is no YAML: {error}", where=str(path)) from None
    if not isinstance(data, dict):
        raise BadInput("holds no router: a mapping with name, tiers, default_tier", where=str(path))
    return RouterFile.parse(data, where=str(path)), path.parent


def open_router(name: str, home: Path) -> Router:
    """That router with its classifier, where it has one; raises as `read_router` does."""
    file, folder = read_router(name, home)
    spec = RouterSpec.model_validate(file.model_dump(exclude={"classifier"}))
    if file.classifier is None:
        return Router(spec)
    return Router(spec, LinearClassifier(read_model(folder / file.classifier)))


def routed(home: Path, lake: Lake, placing: Placing | None = None) -> RouterMaker:
    """What makes the models `router:NAME` for a catalog."""

    def made(name: str, models: Callable[[str], Model]) -> Model:
        router = open_router(name.removeprefix(ROUTER), home)
        tiers = {tier.model: tier.name for tier in router.spec.tiers}
        known = Records(task_records(lake, list(tiers)), tiers)
        return Routed(name, router, models, history=known.without, placing=placing)

    return made


class Records:
    """How tiers did on tasks, from which a task's own can be left out."""

    def __init__(self, records: list[TaskRecord], tiers: Mapping[str, str]) -> None:
        self._records = records
        self._tiers = tiers

    def without(self, asking: Asking) -> History:
        """What is known of the tenant's other tasks: nobody is told the answer in advance."""
        return History(
            FamilyHistory(
                tenant=record.tenant,
                task_family=record.family,
                tier=self._tiers[record.model],
                trials=record.trials,
                failures=record.failures,
            )
            for record in self._records
            if record.tenant == asking.tenant and record.task_id != asking.task
        )


def _known(home: Path) -> str:
    folder = home / "routers"
    own = sorted(path.stem for path in folder.glob("*.yaml")) if folder.is_dir() else []
    return f"known: {', '.join([EMBEDDED.name, *own])}; or a FILE.yaml"

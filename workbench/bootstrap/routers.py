"""Routers as models: which one a name means, and what it knows of its tiers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from engine.contracts import FamilyHistory, Model, RouterSpec
from engine.errors import BadInput, NotFound
from engine.models.asking import Asking
from engine.models.catalog import ROUTER, RouterMaker
from engine.routing.course import Placing
from engine.routing.decision import Router
from engine.routing.history import History
from engine.routing.routed import Routed
from workbench.bootstrap.policies import adopted
from workbench.bootstrap.router import EMBEDDED, classifier_file, read_spec, router_of
from workbench.store import Lake
from workbench.store.queries.tier_outcomes import TaskRecord, task_records

_ENDINGS: Final = (".yaml", ".yml", ".json")


def open_router(name: str, home: Path) -> Router:
    """The router that a model `router:NAME` means, with the classifier of home where it has one.

    `embedded` comes along; NAME is otherwise a file, or one in the folder `routers` of home.
    Raises `NotFound` listing what there is, `BadInput` for a file that is unusable.
    """
    kept = classifier_file(home)
    if name == EMBEDDED.name:
        return router_of(None, kept)
    path = Path(name) if name.endswith(_ENDINGS) else home / "routers" / f"{name}.yaml"
    if not path.is_file():
        raise NotFound(f"no router {name!r}", hint=_known(home), where=str(path))
    return router_of(path, kept)


def known_specs(home: Path) -> Iterator[RouterSpec]:
    """The routers that a name alone means; files that are unusable are passed over."""
    yield EMBEDDED
    for path in sorted((home / "routers").glob("*.yaml")):
        with suppress(BadInput):
            yield read_spec(path)


def routed(home: Path, lake: Lake, placing: Placing | None = None) -> RouterMaker:
    """What makes the models `router:NAME` for a catalog."""

    def made(name: str, models: Callable[[str], Model]) -> Model:
        router = open_router(name.removeprefix(ROUTER), home)
        tiers = {tier.model: tier.name for tier in router.spec.tiers}
        known = Records(lambda: task_records(lake, list(tiers)), tiers)
        learnt = adopted(home, router.spec)
        return Routed(name, router, models, history=known.without, placing=placing, learnt=learnt)

    return made


class Records:
    """How tiers did on tasks, from which a task's own can be left out."""

    def __init__(self, read: Callable[[], list[TaskRecord]], tiers: Mapping[str, str]) -> None:
        """`read` is asked once, when the first request comes: runs before it count."""
        self._read = read
        self._tiers = tiers

    def without(self, asking: Asking) -> History:
        """What is known of the tenant's other tasks: nobody is told the answer in advance."""
        rows = []
        for tier in self._tiers.values():
            every = self._count(asking, None, tier)
            own = self._count(asking, asking.task, tier)
            rows.append(
                FamilyHistory(
                    tenant=asking.tenant,
                    task_family=asking.family,
                    tier=tier,
                    trials=every.trials - own.trials,
                    failures=every.failures - own.failures,
                )
            )
        return History(rows)

    def _count(self, asking: Asking, task: str | None, tier: str) -> "_Count":
        return self._counts.get((asking.tenant, asking.family, task, tier)) or _Count()

    @cached_property
    def _counts(self) -> "dict[_Of, _Count]":
        """By tenant, family, task (null: all of them) and tier."""
        counts: dict[_Of, _Count] = {}
        for record in self._read():
            for task in (None, record.task_id):
                of = (record.tenant, record.family, task, self._tiers[record.model])
                count = counts.setdefault(of, _Count())
                count.trials += record.trials
                count.failures += record.failures
        return counts


_Of = tuple[str, str, str | None, str]


@dataclass(slots=True)
class _Count:
    trials: int = 0
    failures: int = 0


def _known(home: Path) -> str:
    folder = home / "routers"
    own = sorted(path.stem for path in folder.glob("*.yaml")) if folder.is_dir() else []
    return f"known: {', '.join([EMBEDDED.name, *own])}; or a FILE.yaml"

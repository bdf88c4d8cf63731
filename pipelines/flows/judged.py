"""What the notebook about judges looks at: a calibration of the store, or a small one made here."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import orjson

from engine.contracts import Calibration, Model, ModelRequest, ModelResponse
from engine.errors import NotFound
from engine.evals import Suite, load_suite
from engine.evals.build import tasks_hash
from engine.evals.judge import Asking, Criterion, Rubric
from engine.models.catalog import Catalog
from engine.models.scripted import Scripted, reply
from workbench.bootstrap.calibration import Bound, keep, sheet_of
from workbench.bootstrap.labels import LabelledAnswer
from workbench.bootstrap.places import suite_folders
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries.judging import calibrations

COUNTER: Final = "letter counter"
"""A stand-in that reads nothing: it passes what has more letters than most."""
RUBRIC: Final = Rubric(
    name="right",
    criteria=(Criterion(name="right", question="Does the answer give what was asked for?"),),
)
_SUITE: Final = "helpdesk"
_MANY: Final = 8
"""Letters from which the stand-in passes an answer."""
_ANSWER: Final = re.compile(r"<<<ANSWER \w+\n(.*?)\nANSWER", re.DOTALL)


def calibration(
    home: str | Path | None, name: str | None, judge: str | None, labels: int | None = None
) -> Calibration:
    """The calibration of that id, or the store's latest; without any a small one made here.

    The latter puts a judge beside answers of the bundled suite that are right, or another task's,
    by construction: the model named, or the letter counter. It is not kept. Raises `NotFound`
    where a calibration is named and not there.
    """
    settings = Settings.load(home=None if home is None else Path(home))
    if judge is None:
        with Store.open(settings) as store:
            found = [f for f in calibrations(store.lake) if name in {None, f.calibration_id}]
        if found:
            return found[0]
        if name is not None:
            raise NotFound(f"no calibration {name!r}", hint="see workbench judge list")
    with ThreadPoolExecutor(max_workers=1) as pool:  # a notebook's thread has an event loop already
        return pool.submit(asyncio.run, _made(settings, judge, labels)).result()


async def _made(settings: Settings, judge: str | None, labels: int | None) -> Calibration:
    suite = load_suite(_SUITE, suite_folders())
    entries = list(constructed(suite))
    async with Catalog(settings.endpoints) as catalog:
        model = counter() if judge is None else catalog.get(judge)
        sheet = await sheet_of(entries, model, RUBRIC, Asking(), limit=labels)
    bound = Bound(f"{suite.name}, constructed", tasks_hash(suite))
    with Store.memory() as store:
        return keep(store, sheet, model.name, RUBRIC, bound)


def constructed(suite: Suite) -> Iterator[LabelledAnswer]:
    """For each task with a text or a number as its target that answer, and another task's."""
    for family in suite.families:
        tasks = [t for t in suite.tasks if t.family == family.name and _is_plain(t.target)]
        for place, task in enumerate(tasks):
            others = [t.target for t in (*tasks[place:], *tasks[:place]) if t.target != task.target]
            for passed, answer in [(True, task.target), *((False, o) for o in others[:1])]:
                yield LabelledAnswer(
                    id=f"{task.id} {'own' if passed else 'other'}",
                    task=task.id,
                    input=task.text,
                    answer=str(answer),
                    passed=passed,
                )


def counter() -> Model:
    """The stand-in."""

    def answer(request: ModelRequest) -> ModelResponse:
        found = _ANSWER.search(request.messages[-1].content)
        letters = len(found[1]) if found else 0
        word = {
            "reason": f"it has {letters} letters",
            "verdict": "pass" if letters >= _MANY else "fail",
            "score": min(5, 1 + letters // 5),
            "confidence": min(100, 50 + 5 * abs(letters - _MANY)),
        }
        return reply(orjson.dumps({"right": word}).decode())

    return Scripted(answer, name=COUNTER)


def _is_plain(target: object) -> bool:
    return isinstance(target, str | int | float) and not isinstance(target, bool)

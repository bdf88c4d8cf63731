"""By what people judge an answer: a rubric's name, its digest, and its criteria."""

import inspect
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import Field, field_validator

from engine.contracts import Record, canonical, digest
from engine.errors import BadInput, NotFound

_MOST: Final = 20
"""Criteria of a rubric: more than that nobody rates with care."""


class RubricCriterion(Record):
    """One thing that a rater says of an answer."""

    name: str = Field(min_length=1, max_length=80, description="Unique within the rubric.")
    description: str = Field(
        default="", max_length=4000, description="The question that the rater answers."
    )


class LabelRubric(Record):
    """What raters are asked of each answer; ratings are filed under its name and hash."""

    name: str = Field(min_length=1, max_length=80, description="The rubric by name.")
    hash: str = Field(
        pattern="^[0-9a-f]{32}$", description="Digest of the rubric with all its criteria."
    )
    criteria: tuple[RubricCriterion, ...] = Field(
        min_length=1, max_length=_MOST, description="In the order in which they are asked."
    )

    @field_validator("criteria")
    @classmethod
    def _names_differ(cls, value: tuple[RubricCriterion, ...]) -> tuple[RubricCriterion, ...]:
        if len({criterion.name for criterion in value}) < len(value):
            raise ValueError("two criteria have the same name")
        return value

    def criterion(self, name: str) -> RubricCriterion:
        """The criterion of that name; raises `NotFound` with the names there are."""
        for criterion in self.criteria:
            if criterion.name == name:
                return criterion
        known = ", ".join(repr(criterion.name) for criterion in self.criteria)
        raise NotFound(f"the rubric {self.name} has no criterion {name!r}", hint=f"its: {known}")


def _overall() -> LabelRubric:
    asked = {"name": "overall", "criteria": [{"name": "good enough?"}]}
    return LabelRubric.parse({**asked, "hash": digest(canonical(asked))})


OVERALL: Final = _overall()
"""What is asked where no rubric is given: one question of the answer as a whole."""


def read_rubric(path: Path) -> LabelRubric:
    """The rubric in a YAML file: a mapping with a name and criteria.

    A criterion is a name, or a mapping with a name and the question that it asks.

    What else the file holds, such as a judge's instructions, is not asked of people, but part of
    the digest. Raises `NotFound` where there is no file, `BadInput` where it holds no rubric.
    """
    try:
        data = yaml.safe_load(path.read_text())
    except FileNotFoundError:
        raise NotFound("no such file", where=str(path)) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(inspect.cleandoc(str(error)), where=str(path)) from None
    if not isinstance(data, dict) or not isinstance(data.get("criteria"), list):
        hint = "as in: {name: tone, criteria: [{name: polite, question: Is it polite?}]}"
        raise BadInput("holds no rubric", where=str(path), hint=hint)
    criteria = [_criterion(given) for given in data["criteria"]]
    asked = {"name": data.get("name"), "criteria": criteria}
    return LabelRubric.parse({**asked, "hash": digest(canonical(data))}, where=str(path))


def by_name(rubrics: Iterable[LabelRubric]) -> dict[str, LabelRubric]:
    """Rubrics on offer, `overall` first; raises `BadInput` where two have one name."""
    found = {OVERALL.name: OVERALL}
    for rubric in rubrics:
        if found.setdefault(rubric.name, rubric) != rubric:
            raise BadInput(f"two rubrics are named {rubric.name!r}", hint="rename one of them")
    return found


def find_rubric(name: str, offered: Mapping[str, LabelRubric]) -> LabelRubric:
    """The rubric of that name, `overall` for none; raises `NotFound` with those on offer."""
    found = offered.get(name or OVERALL.name)
    if found is None:
        hint = f"known: {', '.join(offered)}; workbench dashboards --rubric FILE.yaml adds one"
        raise NotFound(f"no rubric {name!r}", hint=hint)
    return found


def _criterion(given: Any) -> Any:
    """A criterion as the record takes it; what a judge alone needs is left out."""
    if not isinstance(given, dict):
        return {"name": given}
    asked = given.get("question", given.get("description", ""))
    return {"name": given.get("name"), "description": asked}

"""Scorers by kind, each loaded when it is first asked for (jsonschema alone takes a second)."""

import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import cast

from engine.contracts import Json
from engine.errors import BadInput
from engine.evals.scorers.scorer import ScorerSpec
from engine.evals.scorers.unbound import Unbound
from engine.evals.task import Scorer

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "answered_by": "used.AnsweredBy",
        "choice": "choice.Choice",
        "composite": "composite.CompositeSpec",
        "contains": "contains.Contains",
        "custom": "custom.CustomSpec",
        "exact": "exact.Exact",
        "human": "human.HumanSpec",
        "json_fields": "json_fields.JsonFields",
        "json_schema": "json_schema.JsonSchema",
        "judge": "judge.JudgeSpec",
        "numeric": "numeric.Numeric",
        "regex": "regex.Regex",
        "state": "state.State",
        "stop_reason": "used.Stopped",
        "tool_calls": "tool_calls.ToolCalls",
        "used": "used.Used",
    }
)


def scorer_type(kind: str) -> type[ScorerSpec | Unbound]:
    """The record of that kind's options; KeyError where there is none."""
    module, _, name = KINDS[kind].partition(".")
    found = getattr(importlib.import_module(f"engine.evals.scorers.{module}"), name)
    return cast("type[ScorerSpec | Unbound]", found)


def parse_scorer(entry: Json, folder: Path, where: str = "") -> Scorer:
    """A scorer from its kind alone, or from an object with its kind and options.

    `folder` is where custom functions and rubrics lie. Raises `BadInput` on an unknown kind or
    option.
    """
    options = {"kind": entry} if isinstance(entry, str) else entry
    if not isinstance(options, dict) or not isinstance(options.get("kind"), str):
        raise BadInput("a scorer is a kind, or an object with a kind and options", where=where)
    kind = str(options["kind"])
    if kind not in KINDS:
        raise BadInput(f"no scorer of kind {kind!r}", where=where, hint=f"kinds: {_listed(KINDS)}")
    model = scorer_type(kind)
    known = {field.alias or name for name, field in model.model_fields.items()}
    if unknown := options.keys() - known:
        message = f"scorer {kind} has no option {_listed(unknown)}"
        raise BadInput(message, where=where, hint=f"options: {_listed(known - {'kind'})}")
    place = f"{where}: scorer {kind}".lstrip(": ")
    spec = model.parse(options, where=place)
    return spec.bind(folder, place) if isinstance(spec, Unbound) else cast("Scorer", spec)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))

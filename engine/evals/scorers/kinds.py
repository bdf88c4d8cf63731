"""Scorers by kind."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from engine.contracts import Json
from engine.errors import BadInput
from engine.evals.scorers.choice import Choice
from engine.evals.scorers.contains import Contains
from engine.evals.scorers.custom import CustomSpec
from engine.evals.scorers.exact import Exact
from engine.evals.scorers.json_fields import JsonFields
from engine.evals.scorers.json_schema import JsonSchema
from engine.evals.scorers.numeric import Numeric
from engine.evals.scorers.regex import Regex
from engine.evals.scorers.scorer import ScorerSpec
from engine.evals.scorers.tool_calls import ToolCalls
from engine.evals.scorers.used import AnsweredBy, Stopped, Used
from engine.evals.task import Scorer

_SPECS: tuple[type[ScorerSpec | CustomSpec], ...] = (
    Exact,
    Numeric,
    Choice,
    Contains,
    Regex,
    JsonSchema,
    JsonFields,
    ToolCalls,
    Used,
    AnsweredBy,
    Stopped,
    CustomSpec,
)

KINDS: Mapping[str, type[ScorerSpec | CustomSpec]] = MappingProxyType(
    {spec.model_fields["kind"].default: spec for spec in _SPECS}
)


def parse_scorer(entry: Json, folder: Path, where: str = "") -> Scorer:
    """A scorer from its kind alone, or from an object with its kind and options.

    `folder` is where custom functions lie. Raises `BadInput` on an unknown kind or option.
    """
    options = {"kind": entry} if isinstance(entry, str) else entry
    if not isinstance(options, dict) or not isinstance(options.get("kind"), str):
        raise BadInput("a scorer is a kind, or an object with a kind and options", where=where)
    kind = str(options["kind"])
    if kind not in KINDS:
        raise BadInput(f"no scorer of kind {kind!r}", where=where, hint=f"kinds: {_listed(KINDS)}")
    known = {field.alias or name for name, field in KINDS[kind].model_fields.items()}
    if unknown := options.keys() - known:
        message = f"scorer {kind} has no option {_listed(unknown)}"
        raise BadInput(message, where=where, hint=f"options: {_listed(known - {'kind'})}")
    spec = KINDS[kind].parse(options, where=f"{where}: scorer {kind}".lstrip(": "))
    return spec.bind(folder) if isinstance(spec, CustomSpec) else spec


def _listed(names: "set[str] | Mapping[str, object]") -> str:
    return ", ".join(sorted(names))

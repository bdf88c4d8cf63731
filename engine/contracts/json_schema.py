"""Data against a JSON Schema (2020-12) that came from elsewhere; nothing it refers to is fetched.

The library is loaded when something is first checked: that takes most of a second, and a guard or
a breaker needs none of it.
"""

from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

import orjson

from engine.contracts.base import JsonObject, canonical
from engine.errors import BadInput


def schema_fault(schema: JsonObject) -> str | None:
    """Why it is no JSON Schema that stands by itself; null: it is one."""
    library = _library()
    try:
        library.Draft202012Validator.check_schema(schema)
    except library.SchemaError as error:
        return str(error.message)
    lost = _lost(schema)
    return None if lost is None else _astray(lost)


def best_error(schema: JsonObject, value: object) -> Any | None:
    """What says best why `value` does not fit, a `jsonschema.ValidationError`; null: it fits.

    Raises `BadInput` where it depends on a reference that leads nowhere within the schema, or
    round in a circle.
    """
    try:
        errors = _validator(canonical(schema)).iter_errors(value)
        return _library().exceptions.best_match(errors)
    except import_module("referencing.exceptions").Unresolvable as error:
        raise BadInput(_astray(error.ref), where="schema") from None
    except RecursionError:
        raise BadInput("it refers to itself without end", where="schema") from None


def _astray(ref: str) -> str:
    return f"it refers to {ref}, which is not in it"


def _lost(schema: JsonObject) -> str | None:
    """A reference that leads nowhere; null: there is none."""
    referencing = import_module("referencing.jsonschema")
    root = referencing.DRAFT202012.create_resource(schema)
    waiting = [(root, _known().resolver_with_root(root))]
    for part, resolver in waiting:  # grows as it goes
        words = part.contents if isinstance(part.contents, dict) else {}
        for ref in (words[name] for name in ("$ref", "$dynamicRef") if name in words):
            try:
                resolver.lookup(ref)
            except import_module("referencing.exceptions").Unresolvable:
                return str(ref)
        waiting += [(below, resolver.in_subresource(below)) for below in part.subresources()]
    return None


@cache
def _library() -> ModuleType:
    return import_module("jsonschema")


def _known() -> Any:
    """The standard's own schemas; without a registry the validator fetches what it lacks."""
    return _library().validators.SPECIFICATIONS


@lru_cache(maxsize=512)
def _validator(schema: bytes) -> Any:
    return _library().Draft202012Validator(orjson.loads(schema), registry=_known())

"""Data against a JSON Schema (2020-12) that came from elsewhere.

The library is loaded when something is first checked: that takes most of a second, and a guard or
a breaker needs none of it.
"""

from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

import orjson

from engine.contracts.base import JsonObject, canonical


def schema_fault(schema: JsonObject) -> str | None:
    """Why it is no JSON Schema; null: it is one."""
    library = _library()
    try:
        library.Draft202012Validator.check_schema(schema)
    except library.SchemaError as error:
        return str(error.message)
    return None


def best_error(schema: JsonObject, value: object) -> Any | None:
    """What says best why `value` does not fit, a `jsonschema.ValidationError`; null: it fits."""
    errors = _validator(canonical(schema)).iter_errors(value)
    return _library().exceptions.best_match(errors)


@cache
def _library() -> ModuleType:
    return import_module("jsonschema")


@lru_cache(maxsize=512)
def _validator(schema: bytes) -> Any:
    return _library().Draft202012Validator(orjson.loads(schema))

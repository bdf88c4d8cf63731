"""Records as JSON Schema files (2020-12), one a record, the same bytes for the same record."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import jsonschema

from engine import contracts
from engine.contracts.base import Json, JsonObject, Record
from engine.contracts.keywords import target
from engine.errors import BadInput

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SUFFIX: Final = ".json"


def public_records() -> dict[str, type[Record]]:
    """Every record that `engine.contracts` offers, by name."""
    offered = {name: getattr(contracts, name) for name in contracts.__all__}
    return {
        name: kind
        for name, kind in sorted(offered.items())
        if isinstance(kind, type) and issubclass(kind, Record) and kind.model_fields
    }


def schemas() -> dict[str, JsonObject]:
    """The schema of each public record by its file's name: what a reader of it takes."""
    return {f"{name}{_SUFFIX}": _schema(kind) for name, kind in public_records().items()}


def write_schemas(folder: Path) -> list[Path]:
    """Write each schema to a file of its own; gives the files.

    Raises `BadInput` where the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, schema in schemas().items():
            path = folder / name
            path.write_text(json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
            written.append(path)
    except OSError as error:
        raise BadInput(error.strerror or str(error), where=str(folder)) from None
    return written


def read_schemas(folder: Path) -> dict[str, JsonObject]:
    """The schemas that were written there, by file name.

    Raises `BadInput` where there is no such folder, nothing in it, or a file is no JSON Schema.
    """
    if not folder.is_dir():
        raise BadInput("no such folder", where=str(folder))
    found = {path.name: _read(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))}
    if not found:
        hint = "workbench contracts export DIR writes them"
        raise BadInput("holds no JSON Schema files", where=str(folder), hint=hint)
    return found


def _schema(kind: type[Record]) -> JsonObject:
    schema: JsonObject = _ordered(kind.model_json_schema(mode="validation"))
    return {"$schema": DIALECT, **schema}


def _ordered(value: Any) -> Any:
    """The order of required names means nothing: sorted, a moved field is no difference."""
    if isinstance(value, Mapping):
        parts = {name: _ordered(part) for name, part in value.items()}
        if isinstance(names := parts.get("required"), list):
            parts["required"] = sorted(names)
        return parts
    return [_ordered(part) for part in value] if isinstance(value, list) else value


def _read(path: Path) -> JsonObject:
    try:
        schema: Json = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput(f"is no JSON: {error}", where=str(path)) from None
    if not isinstance(schema, dict):
        raise BadInput("is no JSON object", where=str(path))
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise BadInput(f"is no JSON Schema: {error.message}", where=str(path)) from None
    if lost := sorted(ref for ref in _references(schema) if not _leads_somewhere(schema, ref)):
        raise BadInput(f"refers to {lost[0]}, which is not in it", where=str(path))
    return schema


def _references(schema: Json) -> Iterator[str]:
    if isinstance(schema, dict):
        ref = schema.get("$ref")
        if isinstance(ref, str):
            yield ref
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _references(part)


def _leads_somewhere(schema: JsonObject, ref: str) -> bool:
    try:
        target(schema, ref)
    except (KeyError, TypeError):
        return False
    return ref.startswith("#")

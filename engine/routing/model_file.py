"""A classifier's file: JSON with a digest; reading one never executes anything."""

import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from engine.contracts.router_model import RouterModel
from engine.errors import BadInput

_LARGEST: Final = 64 * 2**20
"""Bytes; a classifier takes less than one MB."""


def sealed(model: RouterModel) -> RouterModel:
    """The same with its digest."""
    return model.model_copy(update={"digest": model.digest_of()})


def write_model(model: RouterModel, path: Path) -> RouterModel:
    """Write the file whole or not at all, with its digest; gives what was written.

    Raises `BadInput` where the file cannot be written.
    """
    written = sealed(model)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(written.model_dump_json(indent=None) + "\n", "utf-8")
        part.replace(path)
    except OSError as error:
        raise BadInput(error.strerror or str(error), where=str(path)) from None
    finally:
        part.unlink(missing_ok=True)
    return written


def read_model(path: Path) -> RouterModel:
    """The classifier in a file; raises `BadInput` where it is none, or was changed."""
    try:
        if path.stat().st_size > _LARGEST:
            raise BadInput("is too large for a router's classifier", where=str(path))
        text = path.read_bytes()
    except OSError as error:
        raise BadInput(error.strerror or str(error), where=str(path)) from None
    model = RouterModel.parse(text, where=str(path))
    if not all(map(math.isfinite, _numbers(model))):
        raise BadInput("holds a number that is none", where=str(path))
    if model.digest != model.digest_of():
        hint = "train it anew, or take the file as it was written"
        raise BadInput("was changed after it was written", where=str(path), hint=hint)
    return model


def _numbers(model: RouterModel) -> Iterable[float]:
    lists: list[Sequence[float]] = [model.means, model.scales, model.distances, *model.prototypes]
    for one in model.models:
        lists += [one.features, one.embedding]
    return (value for values in lists for value in values)

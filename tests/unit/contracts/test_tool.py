"""What a tool's record promises."""

import pytest
from pydantic import ValidationError

from engine.contracts import ToolSpec

PARAMETERS = {"type": "object", "properties": {"pin": {"type": "string"}}}


def test_a_spec_without_sensitive_arguments_is_written_as_ever() -> None:
    """The field stands in recorded JSON, and so in hashes, only where it says something."""
    spec = ToolSpec(name="unlock", parameters=PARAMETERS)  # type: ignore[arg-type]
    assert spec.model_dump(exclude_defaults=True) == {"name": "unlock", "parameters": PARAMETERS}


def test_sensitive_names_are_arguments() -> None:
    """A name that is no argument is refused: it would protect nothing."""
    with pytest.raises(ValidationError, match="sensitive names no argument: pni"):
        ToolSpec(name="unlock", parameters=PARAMETERS, sensitive=("pni",))  # type: ignore[arg-type]


def test_sensitive_names_survive_json() -> None:
    """A spec is read back as it was written."""
    spec = ToolSpec(name="unlock", parameters=PARAMETERS, sensitive=("pin",))  # type: ignore[arg-type]
    assert ToolSpec.parse(spec.model_dump_json()) == spec

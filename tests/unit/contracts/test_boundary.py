"""How data becomes a record, and how it is refused."""

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, field_validator

from engine.contracts import Boundary, ErrorSpec, MessageSpec, Record, check, user
from engine.contracts.boundary import LONGEST, SHOWN, not_an_object, pointer_of
from engine.errors import BadInput, ToolError, WorkbenchError

SECRET = "hunter2"


class Inner(Record):
    """A part."""

    n: int = Field(default=0, ge=0)
    kind: Literal["a", "b"] = "a"


class Outer(Record):
    """Something with everything that can be wrong."""

    name: str = Field(default="x", pattern="^x")
    parts: tuple[Inner, ...] = ()
    either: Inner | str | None = None
    by_name: dict[str, Inner] = Field(default_factory=dict)

    @field_validator("name")
    @classmethod
    def _speaks(cls, value: str) -> str:
        if value == "xyz":
            raise ValueError(f"{value} {SECRET}")
        return value


def refused(data: object, **more: Any) -> WorkbenchError:
    with pytest.raises(BadInput) as raised:
        check(Boundary.INPUT, Outer, data, **more)
    return raised.value


def spec(data: object) -> ErrorSpec:
    return ErrorSpec.of(refused(data, correlation_id="req-1"))


@pytest.mark.parametrize(
    ("data", "pointer", "expected"),
    [
        ({"parts": [{}, {"n": SECRET}]}, "/parts/1/n", "a valid integer, not a string"),
        ({"parts": [{"n": -7}]}, "/parts/0/n", "greater than or equal to 0, not an integer"),
        ({"parts": [{"kind": SECRET}]}, "/parts/0/kind", "'a' or 'b', not a string"),
        ({"name": "y"}, "/name", "String should match pattern '^x', not a string"),
        ({"name": "xyz"}, "/name", "within the rules of this record, not a string"),
        ({"either": {"n": SECRET}}, "/either/n", "a valid integer, not a string"),
        ({"by_name": {"a/b~c": {"n": True}}}, "/by_name/a~1b~0c/n", "a valid integer, not a bool"),
        ({"more": SECRET}, "/more", "Extra inputs are not permitted"),
        ('{"name": hunter2', "", "valid JSON"),
        ([SECRET], "", "an object, not an array"),
    ],
)
def test_a_violation_tells_place_and_rule(data: object, pointer: str, expected: str) -> None:
    """The pointer leads to the field, the rule is told with the JSON type, the value never is."""
    told = spec(data)
    assert told.pointer == pointer
    assert (told.expected or "").startswith(expected)
    assert (told.boundary, told.correlation_id) == ("input", "req-1")
    assert SECRET not in told.model_dump_json()


def test_a_missing_field_has_a_pointer() -> None:
    """It leads to where the field would be."""
    with pytest.raises(BadInput) as raised:
        check(Boundary.INPUT, MessageSpec, {}, place="/messages/0")
    assert ErrorSpec.of(raised.value).pointer == "/messages/0/role"


def test_every_fault_is_told_up_to_a_number() -> None:
    """The message names the first few and counts the rest."""
    error = refused({"parts": [{"n": "x"}] * (SHOWN + 2)}, where="here", hint="look")
    assert str(error).startswith("here: parts.0.n: Input should be a valid integer, not a string;")
    assert str(error).endswith("and 2 more (look)")


def test_a_name_that_the_sender_chose_is_cut() -> None:
    """A field's name of any length fits into a message and a pointer."""
    told = spec({"x" * 10_000: 1})
    assert len(told.pointer or "") <= LONGEST
    assert len(told.message) < 2 * LONGEST


def test_a_record_passes_as_it_is() -> None:
    """What was checked when it was made is not checked again."""
    message = user("hi")
    assert check(Boundary.INPUT, MessageSpec, message) is message


@pytest.mark.parametrize("data", [b'{"parts": [{"n": 1}]}', {"parts": [{"n": 1}]}])
def test_json_and_plain_data_are_alike(data: object) -> None:
    """Strict records take lists for tuples from both."""
    assert check(Boundary.INPUT, Outer, data).parts == (Inner(n=1),)


def test_other_types_are_checked_by_an_adapter() -> None:
    """A tuple of records is no record and has a contract too."""
    adapter = TypeAdapter(tuple[Inner, ...])
    assert check(Boundary.STORE_ROW, adapter, '[{"n": 2}]') == (Inner(n=2),)


def test_what_is_no_json_is_refused() -> None:
    """An object that JSON cannot hold is a violation, not a crash."""
    assert refused({"name": object()}).violation is not None


def test_text_that_had_to_be_an_object() -> None:
    """Arguments that a model garbled are refused without being repeated."""
    error = not_an_object(Boundary.TOOL_ARGUMENTS, SECRET, where="add")
    assert isinstance(error, ToolError)
    assert str(error) == "add: value: Input should be a JSON object, not a string"


@given(st.dictionaries(st.text(), st.dictionaries(st.text(), st.integers(), min_size=1)))
def test_a_pointer_leads_to_its_value(data: dict[str, dict[str, int]]) -> None:
    """Every name, slashes and tildes among them, is found again by RFC 6901."""
    for outer, inner in data.items():
        for name, value in inner.items():
            found: Any = data
            for step in pointer_of((outer, name), data).split("/")[1:]:
                found = found[step.replace("~1", "/").replace("~0", "~")]
            assert found == value

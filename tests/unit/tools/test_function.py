"""Tools from functions: their schema, their strictness, their errors."""

import math
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from engine.contracts import Record
from engine.errors import BadInput, ToolError
from engine.tools import FunctionTool, Sensitive, Toolbox


class Place(Record):
    """Where something is."""

    city: str


def book(
    nights: int, room: Literal["single", "double"] = "single", *, note: str | None = None
) -> str:
    """Book a room
    in a hotel.

    At once.

    Args:
        nights: how many, from 1
        room (str): what kind
    """  # noqa: D205 - a summary may run over two lines
    return f"{nights} {room} {note}"


async def test_call_fills_defaults() -> None:
    """A call with the required arguments alone takes the defaults of the others."""
    assert await FunctionTool.of(book).call({"nights": 2}) == "2 single None"


def test_schema() -> None:
    """Types, defaults and what is required come from the signature, words from the docstring."""
    schema = FunctionTool.of(book).spec.parameters
    assert schema["required"] == ["nights"]
    assert schema["properties"]["nights"] == {"type": "integer", "description": "how many, from 1"}
    assert schema["properties"]["room"] == {
        "type": "string",
        "enum": ["single", "double"],
        "default": "single",
        "description": "what kind",
    }


def test_unknown_arguments_are_in_the_schema() -> None:
    """The schema says that no other argument is taken."""
    assert FunctionTool.of(book).spec.parameters["additionalProperties"] is False


def test_summary() -> None:
    """The description is the docstring's first paragraph on one line."""
    assert FunctionTool.of(book).spec.description == "Book a room in a hotel."


def test_annotated_description_wins() -> None:
    """What a type's own annotation says of an argument stands before the docstring."""

    def find(word: Annotated[str, Field(description="one word")]) -> str:
        """Find.

        word: something else
        """
        return word

    properties: Any = FunctionTool.of(find).spec.parameters["properties"]
    assert properties["word"]["description"] == "one word"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "book: nights: Field required (arguments: nights, room, note)"),
        ({"nights": "2"}, "nights: Input should be a valid integer"),
        ({"nights": True}, "nights: Input should be a valid integer"),
        ({"nights": 2, "room": "suite"}, "room: Input should be 'single' or 'double'"),
        ({"nights": 2, "rooms": 1}, "rooms: Extra inputs are not permitted"),
    ],
)
async def test_arguments_that_do_not_fit(arguments: dict[str, Any], words: str) -> None:
    """Arguments are not coerced; the error names the one at fault and those there are."""
    with pytest.raises(ToolError) as refused:
        await FunctionTool.of(book).call(arguments)
    assert words in str(refused.value)


async def test_coroutine_function() -> None:
    """A coroutine function is awaited."""

    async def double(n: int) -> int:
        return 2 * n

    assert await FunctionTool.of(double).call({"n": 4}) == 8


async def test_record_argument() -> None:
    """An argument may be a record, which the function gets as such."""

    def where(place: Place) -> str:
        return place.city

    assert await FunctionTool.of(where).call({"place": {"city": "Rome"}}) == "Rome"


async def test_record_result() -> None:
    """A result that is a record becomes plain JSON."""

    def here() -> Place:
        return Place(city="Rome")

    assert await FunctionTool.of(here).call({}) == {"city": "Rome"}


@pytest.mark.parametrize("result", [object(), math.nan])
async def test_result_that_is_no_json(result: object) -> None:
    """A result that JSON cannot hold is the tool's error."""

    def odd() -> Any:
        return result

    with pytest.raises(ToolError, match="odd gave a result that is no JSON"):
        await FunctionTool.of(odd).call({})


async def test_exception() -> None:
    """Whatever the function raises becomes a tool error that keeps its kind and words."""

    def broken() -> None:
        raise KeyError("shelf")

    with pytest.raises(ToolError, match="broken failed: KeyError: 'shelf'"):
        await FunctionTool.of(broken).call({})


async def test_tool_error_passes() -> None:
    """A tool error that the function raises keeps its own words."""

    def strict() -> None:
        raise ToolError("ask for less")

    with pytest.raises(ToolError, match=r"^ask for less$"):
        await FunctionTool.of(strict).call({})


def _untyped(a):
    return a


def _variadic(*a: int) -> None: ...


def _positional(a: int, /) -> None: ...


def _unknown(a: "Nowhere") -> None: ...  # noqa: F821


@pytest.mark.parametrize("function", [_untyped, _variadic, _positional, _unknown, lambda: 1])
def test_function_that_is_no_tool(function: Any) -> None:
    """A function whose arguments cannot be described, or that has no name, is refused."""
    with pytest.raises(BadInput, match="tool"):
        FunctionTool.of(function)


def unlock(pin: Annotated[str, Sensitive], door: int, code: Annotated[int, Sensitive()] = 0) -> str:
    """Open a door."""
    return f"{pin}{door}{code}"


def test_marked_parameters_are_sensitive() -> None:
    """`Sensitive`, the class or an instance, names the arguments that no log may show."""
    assert FunctionTool.of(unlock).spec.sensitive == ("pin", "code")


def test_a_mark_changes_nothing_a_model_is_told() -> None:
    """The schema of a marked parameter is that of its type."""
    schema = FunctionTool.of(unlock).spec.parameters["properties"]
    assert schema["pin"] == {"type": "string"}  # type: ignore[index,call-overload]


def test_a_toolbox_lists_sensitive_arguments_by_tool() -> None:
    """Tools without any are left out."""
    assert Toolbox.of(unlock, book).sensitive() == {"unlock": ("pin", "code")}

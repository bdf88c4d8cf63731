"""Tools in plain words."""

import pytest

from engine.contracts import ToolSpec
from engine.models.tool_text import example_of, instructions, outline

TEXT = {"type": "string"}


def tool(**fields):
    return ToolSpec(
        name="find",
        description="Finds a page.",
        parameters={"type": "object", "properties": fields, "required": list(fields)},
    )


def test_the_instructions_list_tools_and_both_forms():
    """The text is short and depends on the tools and the answer's form alone."""
    told = instructions(
        (tool(query={**TEXT, "examples": ["cats"]}, limit={"type": "integer"}),), TEXT
    )
    assert told.splitlines() == [
        "Reply with one JSON object.",
        'To call a tool: {"tool": "...", "arguments": {...}}',
        "Tools:",
        "- find(query: string, limit: integer): Finds a page.",
        'When no tool is needed: {"answer": "..."}',
    ]


def test_an_example_is_shown_where_the_schema_gives_one():
    """Small models copy what they see."""
    told = instructions((tool(query={**TEXT, "examples": ["cats"]}),), TEXT)
    assert 'Example: {"tool": "find", "arguments": {"query": "cats"}}' in told


def test_without_an_answer_the_form_of_answers_is_not_told():
    """A model that has to call is not told how not to."""
    assert "answer" not in instructions((tool(),), None)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (TEXT, '"..."'),
        ({"enum": ["a", 1]}, '"a"|1'),
        ({"type": ["string", "null"]}, '"..."|null'),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer|null"),
        ({"type": "array", "items": TEXT}, '["..."]'),
        ({"properties": {"a": TEXT, "b": {"type": "number"}}}, '{"a": "...", "b": number}'),
        ({}, "any"),
        (True, "any"),
    ],
)
def test_a_schema_is_outlined_as_the_json_it_asks_for(schema, text):
    """What a value looks like says more to a small model than a schema."""
    assert outline(schema) == text


def test_an_example_of_the_whole_goes_first():
    """The schema's own example is taken as it is."""
    parameters = {"examples": [{"a": 1}], "properties": {"a": {"examples": [2]}}}
    assert example_of(parameters) == {"a": 1}


def test_an_example_that_lacks_a_required_field_is_none():
    """Half an example would teach half a call."""
    fields = {"a": {"examples": [1]}, "b": {}}
    assert example_of({"properties": fields, "required": ["a", "b"]}) is None
    assert example_of({"properties": fields, "required": ["a"]}) == {"a": 1}

"""How strict a schema is, as a table."""

import pytest

from engine.routing.strictness import CLOSED, strictness

TEXT, COUNT = {"type": "string"}, {"type": "integer"}


def thing(*required, closed=True, **properties):
    rest = {"additionalProperties": False} if closed else {}
    return {"type": "object", "properties": properties, "required": list(required), **rest}


NODE = {"$ref": "#/$defs/node"}
CASES = [
    # schema, grade
    ({}, 0.0),
    ({"type": "object"}, 0.0),
    ({"type": "array"}, 0.0),
    ({"title": "x"}, 0.0),
    (TEXT, 1.0),
    ({"enum": ["a", 1]}, 1.0),
    ({"const": None}, 1.0),
    ({"type": ["string", "null"]}, 1.0),
    ({"type": ["string", "object"]}, 0.0),
    (thing("a", "b", a=TEXT, b=COUNT), 1.0),
    (thing("a", a=TEXT, b=COUNT), 0.9),
    (thing(a=TEXT), CLOSED),
    (thing(), 1.0),
    (thing("a", closed=False, a=TEXT), 0.5),
    (thing(closed=False, a=TEXT), 0.0),
    (thing("a", a={}), 0.0),
    (thing("a", a=thing("b", closed=False, b=TEXT)), 0.5),
    ({"type": "object", "additionalProperties": TEXT}, 0.7),
    ({"type": "array", "items": TEXT}, 1.0),
    ({"type": "array", "items": {}}, 0.0),
    ({"type": "array", "prefixItems": [TEXT]}, 0.0),
    ({"type": "array", "prefixItems": [TEXT], "items": False}, 1.0),
    ({"anyOf": [TEXT, thing("a", a=TEXT)]}, 1.0),
    ({"anyOf": [TEXT, {}]}, 0.0),
    ({"oneOf": [TEXT, thing("a", closed=False, a=TEXT)]}, 0.5),
    ({"allOf": [{}, thing("a", a=TEXT)]}, 1.0),
    ({"$ref": "#/$defs/a", "$defs": {"a": TEXT}}, 1.0),
    ({"$ref": "#/$defs/b", "$defs": {"a": TEXT}}, 0.0),
    ({"$ref": "https://example.org/a"}, 0.0),
    ({**NODE, "$defs": {"node": thing("next", next={"anyOf": [NODE, {"type": "null"}]})}}, 1.0),
    ({"type": 7}, 0.0),
    ({"anyOf": "none"}, 0.0),
]


@pytest.mark.parametrize(("schema", "grade"), CASES)
def test_grade(schema, grade):
    """A schema is as strict as the loosest part that an answer can be made of."""
    assert strictness(schema) == pytest.approx(grade)


def test_a_schema_without_end_is_graded():
    """One nested beyond any use is not followed to its end."""
    deep = TEXT
    for _ in range(500):
        deep = {"type": "array", "items": deep}
    assert strictness(deep) == 0.0

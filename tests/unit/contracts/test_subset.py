"""What is called compatible refuses nothing that was valid before."""

from itertools import product

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contracts.subset import Subset

SMALL = (None, True, False, -1, 0, 1, 2, 1.5, "", "a", "b", "abc")
LISTS = ([], *([one] for one in SMALL), *([one, two] for one, two in product((0, "a"), repeat=2)))
OBJECTS = (
    {},
    *({name: value} for name, value in product(("a", "b"), (*SMALL, [], {}, {"a": 0}))),
    *({"a": one, "b": two} for one, two in product((None, 0, "a"), repeat=2)),
)
VALUES = (*SMALL, *LISTS, *OBJECTS)
TYPES = ("null", "boolean", "object", "array", "string", "integer", "number")


def words(shapes, most):
    """A few words with values drawn for each."""
    names = st.lists(st.sampled_from(sorted(shapes)), min_size=1, max_size=most, unique=True)
    return names.flatmap(lambda some: st.fixed_dictionaries({n: shapes[n] for n in some}))


BOUNDS = {
    "minimum": st.integers(-1, 2),
    "exclusiveMinimum": st.integers(-1, 2),
    "maximum": st.integers(0, 2),
    "exclusiveMaximum": st.integers(0, 3),
    "multipleOf": st.sampled_from([1, 2]),
    "minLength": st.integers(0, 2),
    "maxLength": st.integers(0, 3),
    "pattern": st.sampled_from(["a", "^b"]),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "uniqueItems": st.booleans(),
    "minProperties": st.integers(0, 2),
    "maxProperties": st.integers(0, 2),
}
bounds = words(BOUNDS, 2)
leaves = st.one_of(
    st.booleans(),
    st.builds(lambda name, more: {"type": name, **more}, st.sampled_from(TYPES), bounds),
    st.builds(lambda names: {"type": names}, st.lists(st.sampled_from(TYPES), min_size=1)),
    st.builds(lambda values: {"enum": values}, st.lists(st.sampled_from(SMALL), min_size=1)),
    st.builds(lambda value: {"const": value}, st.sampled_from(SMALL)),
    st.just({"$ref": "#/$defs/T"}),
    bounds,
)


def nested(inner):
    """Objects, arrays and unions of what is given, a word or two at a time."""
    some = st.lists(inner, min_size=1, max_size=2)
    shapes = {
        "properties": st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
        "required": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "additionalProperties": st.just(False) | inner,
        "patternProperties": st.dictionaries(st.just("a"), inner, min_size=1, max_size=1),
        "prefixItems": some,
        "items": st.just(False) | inner,
        "anyOf": some,
        "allOf": some,
        "oneOf": some,
        "not": inner,
    }
    return words(shapes, 3)


schemas = st.recursive(leaves, nested, max_leaves=4)


@st.composite
def pairs(draw):
    """Two schemas, mostly the second made of the first by words that came, changed or went."""
    old = draw(schemas)
    if isinstance(old, bool) or draw(st.integers(0, 3)) == 0:
        return old, draw(schemas)
    more = draw(bounds | nested(leaves))
    gone = draw(st.sets(st.sampled_from(sorted(old)))) if old else set()
    return old, {word: value for word, value in {**old, **more}.items() if word not in gone}


def document(schema, target):
    """A schema whose references lead to `target`."""
    return {"allOf": [schema], "$defs": {"T": target}}


def valid(schema):
    """Which of the values are valid."""
    judge = jsonschema.Draft202012Validator(schema)
    return [judge.is_valid(value) for value in VALUES]


targets = st.sampled_from([{"type": "string"}, {"type": ["string", "null"]}, {"minimum": 1}])


@settings(max_examples=500)
@given(pairs(), targets, targets)
def test_a_subset_is_one(pair, then, now) -> None:
    """Where nothing is refused, every value that the old schema allows is valid under the new."""
    old, new = document(pair[0], then), document(pair[1], now)
    if not Subset(old, new).refusals():
        lost = [v for v, was, i in zip(VALUES, valid(old), valid(new), strict=True) if was > i]
        assert lost == []


@given(schemas, targets)
def test_nothing_changed_refuses_nothing(schema, target) -> None:
    """A schema is compatible with itself, unless it holds words that cannot be followed."""
    whole = document(schema, target)
    odd = {"oneOf", "not", "patternProperties"}
    assert Subset(whole, whole).refusals() == [] or any(word in str(schema) for word in odd)


def test_a_schema_that_allows_nothing_is_compatible_with_itself() -> None:
    """A value that one part lists and another refuses is not lost: it was never taken."""
    nothing = {"allOf": [{"type": "string"}, {"const": None}]}
    assert Subset(nothing, nothing).refusals() == []


TREE = {"$ref": "#/$defs/N", "$defs": {"N": {"properties": {"next": {"$ref": "#/$defs/N"}}}}}


@pytest.mark.parametrize("limit", [None, 3])
def test_schemas_within_themselves_are_followed(limit) -> None:
    """A recursive schema is compared to its end, and a bound deep in it is found."""
    inner = {"next": {"$ref": "#/$defs/N"}, "v": {"maximum": limit} if limit else {}}
    new = {"$ref": "#/$defs/N", "$defs": {"N": {"properties": inner}}}
    found = [refusal.pointer for refusal in Subset(TREE, new).refusals()]
    assert found == (["/$defs/N/properties/v/maximum"] if limit else [])

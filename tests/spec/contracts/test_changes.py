"""Which changes of a record break what, as a table."""

import pytest

from engine.contracts.compare import compare


def record(required=("a",), *, closed=True, **fields):
    return {
        "type": "object",
        "properties": {"a": {"type": "string"}, **fields},
        "required": list(required),
        **({"additionalProperties": False} if closed else {}),
    }


TEXT, NUMBER = {"type": "string"}, {"type": "number"}
EMPTY = {"anyOf": [{"type": "string"}, {"type": "null"}]}

CASES = [
    # old, new, pointer, breaking, old readers refuse
    (record(b=TEXT), record(), "/properties/b", True, False),
    (record(), record(b=TEXT), "/properties/b", False, True),
    (record(), record(("a", "b"), b=TEXT), "/properties/b", True, True),
    (record(b=TEXT), record(("a", "b"), b=TEXT), "/properties/b", True, False),
    (record(("a", "b"), b=TEXT), record(b=TEXT), "/properties/b", False, True),
    (record(b=TEXT), record(b=NUMBER), "/properties/b/type", True, True),
    (record(b=NUMBER), record(b={"type": "integer"}), "/properties/b/type", True, False),
    (record(b={"type": "integer"}), record(b=NUMBER), "/properties/b/type", False, True),
    (record(b=TEXT), record(b=EMPTY), "/properties/b", False, True),
    (record(b=EMPTY), record(b=TEXT), "/properties/b", True, False),
    (record(b={"enum": [1, 2]}), record(b={"enum": [1]}), "/properties/b", True, False),
    (record(b={"enum": [1]}), record(b={"enum": [1, 2]}), "/properties/b", False, True),
    (record(b=TEXT), record(b={"enum": ["x"]}), "/properties/b/enum", True, False),
    (
        record(b=NUMBER),
        record(b={"type": "number", "minimum": 0}),
        "/properties/b/minimum",
        True,
        False,
    ),
    (
        record(b={"type": "number", "maximum": 2}),
        record(b={"type": "number", "maximum": 3}),
        "/properties/b/maximum",
        False,
        True,
    ),
    (record(b={"minimum": 1}), record(b={"minimum": 2}), "/properties/b/minimum", True, False),
    (record(b={"minimum": 2}), record(b={"minimum": 1}), "/properties/b/minimum", False, True),
    (record(b=TEXT), record(b=TEXT | {"pattern": "x"}), "/properties/b/pattern", True, False),
    (record(b=TEXT), record(b=TEXT | {"maxLength": 9}), "/properties/b/maxLength", True, False),
    (record(closed=False), record(), "/additionalProperties", True, False),
    (record(), record(closed=False), "/additionalProperties", False, True),
    (
        record(b=TEXT),
        record(b=TEXT | {"description": "x"}) | {"title": "R"},
        None,
        False,
        False,
    ),
    (
        record(b=TEXT | {"default": "x"}),
        record(b=TEXT | {"default": "y"}),
        "/properties/b/default",
        False,
        False,
    ),
]


@pytest.mark.parametrize(("old", "new", "pointer", "breaking", "refused"), CASES)
def test_a_change_is_classified(old, new, pointer, breaking, refused) -> None:
    """Each change is told by its place, and for whom it breaks."""
    found = [(c.pointer, c.breaking, c.old_readers_refuse) for c in compare({"R": old}, {"R": new})]
    assert found == ([] if pointer is None else [(pointer, breaking, refused)])


@pytest.mark.parametrize(("old", "new"), [({"R": record()}, {}), ({}, {"R": record()})])
def test_a_record_that_goes_breaks_one_that_comes_does_not(old, new) -> None:
    """Old data that nothing reads is refused; a new record is unknown to old readers alone."""
    [change] = compare(old, new)
    assert (change.breaking, change.old_readers_refuse) == (bool(old), bool(new))
    assert change.why

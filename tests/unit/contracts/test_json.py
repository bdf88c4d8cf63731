"""JSON text of any value that JSON can hold."""

from engine.contracts import assistant, canonical, json_text
from engine.models.scripted import tool_call

BIG = 10**30


def test_canonical_ignores_the_order_of_keys() -> None:
    """Equal values give equal bytes, whatever order their keys came in."""
    assert canonical({"b": 1, "a": [2]}) == canonical({"a": [2], "b": 1}) == b'{"a":[2],"b":1}'


def test_canonical_keeps_numbers_beyond_64_bits() -> None:
    """A whole number of any size is written out, keys sorted as always."""
    assert canonical({"b": BIG, "a": "é"}) == f'{{"a":"é","b":{BIG}}}'.encode()


def test_text_keeps_numbers_beyond_64_bits() -> None:
    """Compact text keeps a whole number of any size, and has null for what JSON lacks."""
    assert json_text({"n": BIG, "x": float("nan")}) == f'{{"n":{BIG},"x":null}}'


def test_canonical_takes_a_record_as_its_fields() -> None:
    """A record gives the bytes of the plain data that it stands for."""
    message = assistant("well", tool_call("add", {"b": [1, {"z": None}], "a": 2}))
    assert canonical([message]) == canonical([message.model_dump()])

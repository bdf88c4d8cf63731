"""A schema that came from elsewhere is used by itself: nothing it refers to is fetched."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from engine.contracts import JsonObject
from engine.contracts.json_schema import best_error, schema_fault
from engine.errors import BadInput

INTEGER: JsonObject = {"type": "integer"}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Site(HTTPServer):
    """A server of schemas that says whether anybody came."""

    def __init__(self) -> None:
        self.visits = 0
        super().__init__(("127.0.0.1", 0), BaseHTTPRequestHandler)

    def verify_request(self, request: object, client_address: object) -> bool:
        """Count the connection, and answer nothing."""
        del request, client_address
        self.visits += 1
        return False


@pytest.fixture
def site() -> Iterator[Site]:
    """It listens on loopback."""
    with Site() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def test_a_remote_reference_is_a_fault_and_is_not_followed(site: Site) -> None:
    """Neither when the schema is looked at nor when data is: nobody comes to where it leads."""
    url = f"http://127.0.0.1:{site.server_port}/integer.json"
    remote: JsonObject = {"properties": {"n": {"$ref": url}}}
    assert schema_fault(remote) == f"it refers to {url}, which is not in it"
    with pytest.raises(BadInput, match="which is not in it"):
        best_error(remote, {"n": 1})
    assert site.visits == 0


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/n", "$defs": {"n": INTEGER}},
        {"$ref": "#n", "$defs": {"n": {"$anchor": "n", **INTEGER}}},
        {"$id": "http://h/a", "$ref": "b", "$defs": {"n": {"$id": "b", **INTEGER}}},
        {"properties": {"$ref": INTEGER}},
        {"const": {"$ref": "nowhere"}},
        {"$ref": DIALECT},
    ],
)
def test_what_stands_in_the_schema_is_found(schema: JsonObject) -> None:
    """By pointer, anchor or name; a property or a value may be called `$ref`."""
    assert schema_fault(schema) is None


@pytest.mark.parametrize("ref", ["#/$defs/m", "#m", "other.json"])
def test_a_reference_that_leads_nowhere_is_a_fault(ref: str) -> None:
    """However deep it stands."""
    schema: JsonObject = {"items": {"anyOf": [INTEGER, {"$ref": ref}]}, "$defs": {"n": INTEGER}}
    assert schema_fault(schema) == f"it refers to {ref}, which is not in it"


def test_what_breaks_a_schema_is_told() -> None:
    """With the place in the data; what fits says nothing."""
    schema: JsonObject = {"properties": {"n": {"$ref": "#/$defs/n"}}, "$defs": {"n": INTEGER}}
    error = best_error(schema, {"n": "x"})
    assert error is not None
    assert (list(error.absolute_path), error.validator) == (["n"], "type")
    assert best_error(schema, {"n": 1}) is None


def test_a_schema_that_refers_to_itself_without_end_is_bad_input() -> None:
    """Nothing is ever checked by it."""
    with pytest.raises(BadInput, match="refers to itself without end"):
        best_error({"$ref": "#"}, {"a": 1})

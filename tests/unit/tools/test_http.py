"""What an HTTP tool sends, by its template and the arguments."""

from typing import Any

import pytest

from engine.contracts import Json
from engine.errors import BadInput
from engine.tools.http import KEY_HEADER, HttpTool

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {name: {} for name in ("order", "cents", "tags")},
}


def tool(url: str = "http://127.0.0.1/orders", **about: Any) -> HttpTool:
    """A tool of three arguments."""
    return HttpTool("refund", url, SCHEMA, **about)


def test_the_url_takes_its_arguments_and_the_body_the_rest() -> None:
    """What stands in the URL is percent-encoded, so that it stays one segment."""
    request = tool("http://127.0.0.1/orders/{order}").request({"order": "a/../b", "cents": 5}, "")
    assert str(request.url) == "http://127.0.0.1/orders/a%2F..%2Fb"
    assert request.content == b'{"cents":5}'


def test_a_get_has_no_body() -> None:
    """Its arguments are the query; a list is a name that comes several times."""
    arguments: dict[str, Json] = {"order": "a b", "cents": None, "tags": ["x", 2]}
    request = tool("http://127.0.0.1/orders?v=1", method="get").request(arguments, "")
    assert (request.method, request.content) == ("GET", b"")
    assert str(request.url) == "http://127.0.0.1/orders?v=1&order=a+b&tags=x&tags=2"


def test_a_body_is_filled_where_it_names_an_argument() -> None:
    """With the value as it is, at any depth."""
    made = tool(body={"a": ["{cents}", "cents"], "kind": "x {order}"})
    assert made.request({"cents": 5, "order": "7"}, "").content == (
        b'{"a":[5,"cents"],"kind":"x {order}"}'
    )


def test_a_call_with_a_key_says_so() -> None:
    """In the header that is made for it."""
    assert tool().request({}, "k-1").headers[KEY_HEADER] == "k-1"
    assert KEY_HEADER not in tool().request({}, "").headers


def test_secrets_are_not_told() -> None:
    """What names the tool holds the names of its headers alone."""
    told = tool(headers={"Authorization": "Bearer s3cret"}).source
    assert ("Authorization" in told, "s3cret" in told) == (True, False)


@pytest.mark.parametrize(
    ("url", "said"),
    [("orders", "is no URL"), ("ftp://host/", "is no URL"), ("http://h/{id}", "no argument: id")],
)
def test_a_url_that_cannot_be_called_is_refused(url: str, said: str) -> None:
    """When the tool is made."""
    with pytest.raises(BadInput, match=said):
        tool(url)

"""From HTTP faults to errors."""

import pytest
from pydantic import SecretStr

from engine.errors import ModelGarbled, ModelRefused, ModelTimeout, ModelUnavailable
from engine.models import faults
from engine.models.wire_body import WireError

KEY = SecretStr("sk-12345")


def error(status, body=b"", key=None, retry_after_s=None):
    return faults.from_status("m", status, body, key=key, retry_after_s=retry_after_s)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ModelRefused),
        (400, ModelRefused),
        (401, ModelRefused),
        (408, ModelTimeout),
        (422, ModelRefused),
        (429, ModelUnavailable),
        (500, ModelUnavailable),
        (529, ModelUnavailable),
    ],
)
def test_each_status_has_its_error(status, kind):
    """4xx is the request's fault, 429 and 5xx the server's, 408 is late."""
    assert type(error(status)) is kind


def test_the_error_carries_status_and_wait():
    """What a retry needs to know is data."""
    refused = error(429, retry_after_s=7)
    assert (refused.status, refused.retry_after_s) == (429, 7)


def test_a_refused_key_says_what_to_do():
    """The hint names the key."""
    assert "API key" in str(error(401))


def test_the_key_is_never_repeated():
    """A server that echoes the key does not make us print it."""
    told = str(error(401, b'{"error": {"message": "Incorrect key sk-12345"}}', key=KEY))
    assert "Incorrect key ***" in told


def test_a_long_complaint_is_cut():
    """A page of HTML does not fill the terminal."""
    assert len(str(error(500, b"x" * 10_000))) < 400


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (WireError(message="m", code=400), ModelRefused),
        (WireError(message="m", code="server_error"), ModelUnavailable),
        (WireError(message="m", code=7), ModelUnavailable),
        ("overloaded", ModelUnavailable),
    ],
)
def test_an_error_in_a_good_answer_counts_by_its_code(told, kind):
    """Without a usable code the server is at fault."""
    assert type(faults.from_body("m", told, key=None)) is kind


def test_the_parsers_errors_get_the_models_name():
    """A garbled answer says whose it is."""
    with pytest.raises(ModelGarbled, match=r"^m: broken"), faults.translated("m", None):
        raise ModelGarbled("broken")

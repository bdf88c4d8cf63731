"""What users type for flows, reports and servers."""

import socket

import pytest

from engine.errors import BadInput, NotFound
from pipelines.flows.parameters import parse
from pipelines.flows.ports import HOST, answers, claim
from pipelines.flows.reporting import find_notebook
from pipelines.flows.table import FLOWS, entry


def test_json_values_are_read_as_such() -> None:
    """Numbers, lists and null are data; anything else is text, `=` in it too."""
    items = ["limit=6", 'agents=["echo"]', "tag=null", "suite=helpdesk", "note=a=b"]
    assert parse(items) == {
        "limit": 6,
        "agents": ["echo"],
        "tag": None,
        "suite": "helpdesk",
        "note": "a=b",
    }


@pytest.mark.parametrize("item", ["limit", "=6", ""])
def test_an_item_without_a_name_is_refused(item: str) -> None:
    """`name=value` is the only form."""
    with pytest.raises(BadInput, match="name=value"):
        parse([item])


def test_unknown_names_are_answered_with_the_known() -> None:
    """A flow or a notebook that is not there: the message lists those that are."""
    with pytest.raises(NotFound, match=", ".join(FLOWS)):
        entry("evalute")
    with pytest.raises(NotFound, match="01_explore_a_run, 02_recorded_agents"):
        find_notebook("03")


def test_a_taken_port_is_named_with_its_option() -> None:
    """Which port, of what, and the option that takes another."""
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"port {port} of jupyter .*--port-jupyter"):
            claim({"prefect": 0, "jupyter": port})


def test_free_ports_are_found_and_differ() -> None:
    """0 becomes a port that can be had; none is given twice."""
    ports = claim({"a": 0, "b": 0})
    assert ports["a"] != ports["b"]
    with pytest.raises(BadInput, match="of b"):
        claim({"a": ports["a"], "b": ports["a"]})


def test_nobody_there_is_no_answer() -> None:
    """A port nobody listens at does not answer."""
    assert not answers(f"http://{HOST}:{claim({'a': 0})['a']}/")

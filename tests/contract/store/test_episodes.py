"""What is asked of episodes, and what is found in them."""

import pytest

from engine.contracts import ToolCall, assistant
from engine.errors import BadInput, NotFound
from tests.unit.store import facts
from workbench.store import Store
from workbench.store.queries import episodes, tenants

FIRST = f"ep-{0:020x}"


def test_of_run(recorded: Store) -> None:
    """A run's episodes say whether they passed and how long they took."""
    frame = recorded.episodes("last")
    assert frame.select("task_id", "passed", "duration_s").rows() == [
        ("task-0", True, 2.0),
        ("task-1", False, 2.0),
    ]


def test_one(recorded: Store) -> None:
    """An episode is a row of its own; an unknown one is not found."""
    assert episodes.one(recorded.lake, FIRST)["task_id"].item() == "task-0"
    with pytest.raises(NotFound):
        episodes.one(recorded.lake, "ep-0")


def test_parts(recorded: Store) -> None:
    """Steps, exchanges and scores of an episode are its own alone."""
    assert episodes.steps(recorded.lake, FIRST)["index"].to_list() == [0]
    assert episodes.exchanges(recorded.lake, FIRST)["name"].to_list() == ["small"]
    assert episodes.scores(recorded.lake, FIRST)["passed"].to_list() == [True]


@pytest.mark.parametrize("text", ["ANSWER is", 'say "hi"', "Zürich\nBern", "back\\slash", "%"])
def test_search(store: Store, text: str) -> None:
    """Text is found whatever its case, its quotes, its line ends; nothing in it is a wildcard."""
    with store.recorder() as recorder:
        recorder.add(facts.run(), facts.step(0, messages=(assistant(f"so {text.lower()} then"),)))
        recorder.add(facts.step(1, messages=(assistant("else"),)))
    found = store.search(text)
    assert found["episode_id"].to_list() == [FIRST]
    assert found["snippet"].item() == " ".join(f"so {text.lower()} then".split())


def test_search_in_tool_calls(store: Store) -> None:
    """Arguments of tool calls are searched too."""
    call = ToolCall(id="1", name="book", arguments={"flight": "HAT 271"})
    with store.recorder() as recorder:
        recorder.add(facts.run(), facts.step(0, messages=(assistant("", call),)))
    assert "HAT 271" in store.search("hat 271")["snippet"].item()


def test_search_leaves_out_the_form(recorded: Store) -> None:
    """The words that JSON needs are not what was said."""
    assert recorded.search("assistant").is_empty()


def test_search_in_run(recorded: Store) -> None:
    """A search may be confined to a run; an empty one is refused."""
    with recorded.recorder() as recorder:
        recorder.add(facts.run("run-2"), facts.step(9, run_id="run-2"))
    assert recorded.search("answer", run="run-2")["run_id"].to_list() == ["run-2"]
    with pytest.raises(BadInput):
        recorded.search("  ")


def test_tenant_by_hour(recorded: Store) -> None:
    """A tenant's steps by the hour are its own alone."""
    with recorded.recorder() as recorder:
        recorder.add(facts.step(5, tenant="acme"), facts.step(6, tenant="acme"))
    row = tenants.by_hour(recorded.lake, "acme").row(0, named=True)
    assert (row["steps"], row["calls"], row["cost_usd"], row["errors"]) == (2, 2, 1.0, 0)

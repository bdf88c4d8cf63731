"""Which runs are read side by side."""

from collections.abc import Callable

import pytest

from engine.contracts import Label
from engine.errors import NotFound
from workbench.bootstrap.lineup import lineup
from workbench.store import Store
from workbench.store.queries import facts

Evaluate = Callable[..., list[str]]


def with_model(store: Store, like: str, run_id: str, *, tag: str = "", model: str = "small") -> str:
    """A run over the same samples as another, of an agent that asked a model."""
    run = facts.run(store.lake, like).model_copy(
        update={"run_id": run_id, "agent": "writer", "model": model}
    )
    label = Label(run_id=run_id, kind="tag", text=tag or "none", labelled_at=run.started_at)
    with store.recorder() as recorder:
        recorder.add(run, label)
    return run_id


def test_baselines_over_the_same_samples_stand_beside_a_run(
    store: Store, evaluated: Evaluate
) -> None:
    """Each baseline's newest run over the same samples follows, and no other."""
    evaluated("echo")
    echo, constant = evaluated("echo", "constant")
    evaluated("echo", limit=3)
    evaluated("echo", epochs=2)
    run = with_model(store, echo, "run-20300101-000000-aaaa")
    assert lineup(store, run) == [run, constant, echo]


def test_the_newest_run_with_a_model_comes_first(store: Store, evaluated: Evaluate) -> None:
    """Where no run is named, one that asked a model is taken before a later baseline."""
    (echo,) = evaluated("echo")
    run = with_model(store, echo, "run-20000101-000000-aaaa")
    assert lineup(store) == [run, echo]


def test_a_tag_gathers_its_runs(store: Store, evaluated: Evaluate) -> None:
    """With a tag the newest run of each agent that bears it stands in line, models first."""
    evaluated("echo", "random", tag="nightly")
    echo, random = evaluated("echo", "random", tag="nightly")
    evaluated("constant")
    large = with_model(store, echo, "run-20300101-000000-aaaa", tag="nightly", model="large")
    small = with_model(store, echo, "run-20300102-000000-aaaa", tag="nightly")
    assert lineup(store, large, tag="nightly") == [large, small, echo, random]


@pytest.mark.parametrize(("tag", "said"), [(None, "no runs yet"), ("x", "bears the tag")])
def test_nothing_to_read_is_said(store: Store, tag: str | None, said: str) -> None:
    """An empty store and a tag nobody bears are errors that say so."""
    with pytest.raises(NotFound, match=said):
        lineup(store, tag=tag)

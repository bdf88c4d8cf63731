"""What a person has chosen."""

from workbench.dashboards.state import RunsState


def test_any_filters_nothing() -> None:
    """Neither do blanks."""
    assert RunsState.of({"suite": "any", "search": "  "}) == RunsState()


def test_the_address_gives_the_same_state() -> None:
    """Only what is set stands in it."""
    state = RunsState.of({"suite": "any", "model": "small", "search": " refund "})
    assert state.parameters == {"model": "small", "search": "refund"}
    assert RunsState.of(state.parameters) == state

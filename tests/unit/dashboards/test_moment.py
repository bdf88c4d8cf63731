"""A moment of an episode on the page and in a notebook."""

from engine.contracts import assistant, system, user
from tests.browser.samples import HOSTILE
from tests.browser.world import RICH
from tests.unit.bootstrap.test_moments import a_step
from workbench.bootstrap.moments import moments, moments_of
from workbench.dashboards.debugger import Debugger, Stepper
from workbench.dashboards.views.moment import draw_moment
from workbench.store import Store

TOLD = [
    a_step(0, "input", system("be brief"), user("q")),
    a_step(1, "model", assistant(HOSTILE), agent="other", state_hash="b" * 32, cost_usd=None),
]


def test_a_moment_shows_what_changed() -> None:
    """Agent, messages, state; an unknown cost is not 0."""
    text = draw_moment(moments(TOLD, []), 1)
    for part in ("Step 1", f"was {TOLD[0].agent}", "+1", "b" * 16, "unknown", "2 messages before"):
        assert part in text


def test_what_was_said_is_escaped() -> None:
    """Neither the page nor the plain form lets a model's words be markup."""
    found = moments(TOLD, [])
    assert "<script" not in draw_moment(found, 1) + Debugger("ep-1", found)._repr_html_()


def test_a_place_beyond_the_end_is_the_end() -> None:
    """An episode may be looked at while it changes."""
    assert "Step 1" in draw_moment(moments(TOLD, []), 99)
    assert draw_moment([], 0) == ""


def test_the_plain_form_holds_every_step(store: Store) -> None:
    """Where no buttons work each step stands there with what it added."""
    found = moments_of(store, RICH)
    text = Debugger(RICH, found)._repr_mimebundle_()["text/html"]
    assert text.count("<details") == len(found)


def test_a_growing_episode_stays_where_it_is_looked_at() -> None:
    """New steps lengthen the slider and move nobody."""
    stepper, told = Stepper(), [*TOLD, a_step(2, "model", assistant("more"))]
    stepper.show(moments(told[:2], []))
    stepper.at(1)
    stepper.show(moments(told, []))
    player = stepper.view[1]
    assert (player.value, player.end) == (1, 2)

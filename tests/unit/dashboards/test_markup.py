"""HTML that escapes."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

import workbench.dashboards
from tests.browser.samples import HOSTILE
from tests.browser.world import RICH
from workbench.dashboards.markup import render
from workbench.dashboards.numbers.episode import load_episode
from workbench.dashboards.views.episode import draw_timeline
from workbench.store import Store

TEMPLATES = sorted((Path(workbench.dashboards.__file__).parent / "templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_can_leave_a_value_unescaped(template: Path) -> None:
    """There is no `safe`, no switched-off escaping; the frame alone takes our own style sheet."""
    text = template.read_text()
    assert "safe" not in text
    assert "autoescape" not in text
    assert "{{ style }}" not in text or template.name == "page.html"


def test_a_hostile_transcript_has_no_tags(store: Store) -> None:
    """What a model said is in the page as text."""
    numbers = load_episode(store, RICH)
    html = draw_timeline(numbers.steps, numbers.exchanges, numbers.episode, None)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;window.stolen = 1" in html


def test_ids_are_quoted_in_addresses() -> None:
    """An id cannot end the address it stands in, nor add to it."""
    html = render(
        "episode_head.html",
        run_id=f'"&x={HOSTILE}',
        episode_id="e",
        row=None,
        before=None,
        after=None,
        waits=None,
    )
    assert 'href="run?id=%22%26x%3D%3Cscript' in html


def test_a_missing_value_is_an_error() -> None:
    """A template cannot quietly show nothing for a name that was misspelt."""
    with pytest.raises(UndefinedError):
        render("said.html", message="")

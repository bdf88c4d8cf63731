"""What every page has: navigation, the time of its last change, a place for trouble."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from engine.clock import SystemClock
from engine.errors import WorkbenchError
from workbench.dashboards.live import EVERY_MS, Live, Work
from workbench.dashboards.part import markup
from workbench.dashboards.style import STYLE
from workbench.dashboards.toolkit import Template, pn
from workbench.dashboards.views.notice import draw_notice, draw_stamp
from workbench.dashboards.watch import Marked

_PAGE: Final = (Path(__file__).parent / "templates" / "page.html").read_text()
_SCRIPT: Final = "".join(
    (Path(__file__).parent / "templates" / name).read_text() for name in ("step.js", "keys.js")
)
_PLACES: Final = (
    ("Overview", "./"),
    ("Runs", "runs"),
    ("Router", "router"),
    ("Label", "label"),
    ("Escalations", "escalations"),
    ("Tools", "tools"),
    ("Golden tasks", "golden"),
    ("Contracts", "contracts"),
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """A page as its file describes it."""

    here: str
    """The place in the navigation that it belongs to."""
    body: Sequence[Any]
    """What is shown, from top to bottom."""


def build(
    plan: Plan, watch: Marked, load: Callable[[], T], show: Callable[[T], None]
) -> tuple[Template, Live[T]]:
    """The page, and what keeps it up to date until its session ends."""
    notice, stamp = markup(draw_notice), markup(draw_stamp)
    body = pn.Column(*plan.body, sizing_mode="stretch_width", visible=False)

    def shown(found: T) -> None:
        with pn.io.hold(freeze=True):  # one message to the browser, whatever has changed
            show(found)
            notice.show(None)
            stamp.show(SystemClock().now())
            body.visible = True

    def failed(error: WorkbenchError) -> None:
        notice.show(error)
        body.visible = False

    live = Live(watch, Work(load, shown, failed))
    template = pn.Template(_PAGE, location=True)
    for name, value in (
        ("style", STYLE),
        ("script", _SCRIPT),
        ("places", _PLACES),
        ("here", plan.here),
    ):
        template.add_variable(name, value)
    template.add_panel("stamp", stamp.pane)
    template.add_panel("body", pn.Column(notice.pane, body, sizing_mode="stretch_width"))
    pn.state.onload(live.tick)
    pn.state.add_periodic_callback(live.tick, period=EVERY_MS)
    return template, live

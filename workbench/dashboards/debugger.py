"""Moving through an episode step by step: on the Episode page, and in a notebook.

wb.debug("ep-…")
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from workbench.bootstrap.moments import Moment, moments_of
from workbench.dashboards.part import card, heading, markup
from workbench.dashboards.toolkit import Pane, pn
from workbench.dashboards.views.moment import draw_moment, draw_moments
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries.resolve import resolve_episode

_BUTTONS: Final = ["first", "previous", "next", "last"]


class Stepper:
    """A slider with buttons, and the moment it stands at; the page's script gives it keys."""

    def __init__(self) -> None:
        self._moments: Sequence[Moment] = ()
        self._timed = True
        self._player = pn.widgets.Player(
            label="step",
            start=0,
            end=1,
            value=0,
            visible_buttons=_BUTTONS,
            show_loop_controls=False,
            show_value=False,
            loop_policy="once",
            width=420,
            height=60,
            css_classes=["stepper"],
        )
        self._shown = markup(self._draw)
        self._player.param.watch(self._moved, "value")
        self.view: Pane = card(
            heading("Step by step (keys: ← → Home End)"), self._player, self._shown.pane
        )

    def show(self, moments: Sequence[Moment], *, timed: bool = True) -> None:
        """Take an episode's moments; one that grows stays where it is looked at."""
        self._moments, self._timed = moments, timed
        self._player.end = max(1, len(moments) - 1)
        self._player.visible = len(moments) > 1
        self._player.value = min(self._player.value, max(0, len(moments) - 1))
        self._moved()

    def at(self, place: int) -> None:
        """Go to a moment by its place, from 0."""
        self._player.value = min(max(0, place), max(0, len(self._moments) - 1))

    def _moved(self, *_events: Any) -> None:
        place = self._player.value
        moment = self._moments[place] if place < len(self._moments) else None
        self._shown.show(place, moment, len(self._moments))

    def _draw(self, place: int, _moment: Moment | None, _count: int) -> str:
        return draw_moment(self._moments, place, timed=self._timed)


class Debugger:
    """An episode to move through; a notebook shows it with buttons where Panel can, else plainly.

    `moments` are its states as data.
    """

    def __init__(self, episode_id: str, moments: Sequence[Moment]) -> None:
        self.episode_id = episode_id
        self.moments = moments

    def panel(self) -> Pane:
        """As a Panel component, for an application of one's own."""
        stepper = Stepper()
        stepper.show(self.moments)
        return stepper.view

    def _repr_html_(self) -> str:
        return draw_moments(self.moments, self.episode_id)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        plain = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if not _can_move():
            return plain
        pn.extension(inline=True)
        return self.panel()._repr_mimebundle_(include, exclude)  # Panel's own, with its script

    def __repr__(self) -> str:
        return f"Debugger({self.episode_id}, {len(self.moments)} steps)"


def debug(episode: str | Any, *, home: str | Path | None = None) -> Debugger:
    """An episode by id, or the beginning of one, to move through step by step.

    An open or recorded `episode` object may be given as well. Raises `NotFound` where there is
    none.
    """
    name = str(getattr(episode, "episode_id", episode))
    with Store.open(Settings.load(home=None if home is None else Path(home))) as store:
        return Debugger(resolve_episode(store.lake, name), moments_of(store, name))


def _can_move() -> bool:
    """Whether a live kernel stands behind the output: else buttons would do nothing."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None

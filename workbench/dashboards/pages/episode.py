"""`/episode?id=…`: one episode as a timeline."""

from workbench.dashboards.address import asked
from workbench.dashboards.debugger import Stepper
from workbench.dashboards.drafts import DraftForm
from workbench.dashboards.labels import LabelForm
from workbench.dashboards.numbers.episode import EpisodeNumbers, load_episode
from workbench.dashboards.part import card, heading, markup, picture
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.toolkit import Template, pn
from workbench.dashboards.views.episode import (
    draw_episode_head,
    draw_episode_tiles,
    draw_routing,
    draw_timeline,
    draw_verdicts,
    has_times,
)
from workbench.dashboards.views.labels import draw_labels
from workbench.dashboards.watch import Watch
from workbench.figures import tokens_by_step
from workbench.settings import Settings
from workbench.store import Store


def episode_page(store: Store, watch: Watch, settings: Settings) -> Template:
    """The page of the episode that the address names."""
    return _EpisodePage(store, watch, settings).template


class _EpisodePage:
    """The parts of one visit."""

    def __init__(self, store: Store, watch: Watch, settings: Settings) -> None:
        self._store = store
        self._asked = asked("id")
        self._episode_id = ""
        self._head, self._tiles = markup(draw_episode_head), markup(draw_episode_tiles)
        self._verdicts, self._timeline = markup(draw_verdicts), markup(draw_timeline)
        self._routing = markup(draw_routing)
        self._stepper = Stepper()
        self._tokens, self._labels = picture(tokens_by_step), markup(draw_labels)
        form = LabelForm(store, settings.author, lambda: [self._episode_id], self._reload)
        labels = card(heading("Tags and notes"), self._labels.pane, form.view)
        self._draft = DraftForm(store, settings, lambda: self._episode_id, self._reload)
        self._draft_card = card(heading("Make it a task"), self._draft.view)
        judged = pn.Row(
            self._verdicts.pane,
            card(self._tokens.pane),
            sizing_mode="stretch_width",
            styles={"gap": "10px"},
        )
        plan = Plan(
            "Runs",
            (
                *(self._head.pane, self._tiles.pane, judged, self._routing.pane),
                *(self._stepper.view, self._timeline.pane, self._draft_card, labels),
            ),
        )
        self.template, self._live = build(plan, watch, self._load, self._show)

    def _load(self) -> EpisodeNumbers:
        return load_episode(self._store, self._asked)

    async def _reload(self) -> None:
        await self._live.refresh()

    def _show(self, numbers: EpisodeNumbers) -> None:
        self._episode_id = numbers.episode_id
        around = (numbers.before, numbers.after)
        self._head.show(numbers.episode_id, numbers.run_id, numbers.episode, around, numbers.waits)
        self._tiles.show(numbers.episode)
        self._verdicts.show(numbers.scores)
        self._routing.show(numbers.routed)
        self._timeline.show(numbers.steps, numbers.exchanges, numbers.episode, numbers.waits)
        self._stepper.show(numbers.moments, timed=has_times(numbers.episode))
        self._tokens.show(numbers.tokens)
        self._draft_card.visible = numbers.episode is not None
        self._draft.show(numbers.suite, (numbers.episode or {}).get("family", ""), numbers.steps)
        self._labels.show(numbers.labels.standing, numbers.labels.history)

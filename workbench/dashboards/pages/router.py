"""`/router?name=…&canary=…&run=…`: where requests go, and what is on trial."""

from engine.contracts import Canary
from workbench.dashboards.address import asked, write_address
from workbench.dashboards.canary_forms import StartForm, TrialForm
from workbench.dashboards.numbers.router import RouterNumbers, load_router
from workbench.dashboards.part import card, heading, markup, picture
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.toolkit import Template
from workbench.dashboards.views.learning import draw_drift, draw_learnt
from workbench.dashboards.views.router import (
    draw_calibration,
    draw_canaries,
    draw_changes,
    draw_evidence,
    draw_misroutes,
    draw_policies,
    draw_router_head,
    draw_router_tiers,
    draw_router_tiles,
    draw_told,
)
from workbench.dashboards.watch import Watch
from workbench.figures import router_frontier, tiers_over_time
from workbench.settings import Settings
from workbench.store import Store


def router_page(store: Store, watch: Watch, settings: Settings) -> Template:
    """The page of the router that the address names, else of the one that was used last."""
    return _RouterPage(store, watch, settings).template


class _RouterPage:
    """The parts of one visit."""

    def __init__(self, store: Store, watch: Watch, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._named = {name: asked(name) for name in ("name", "canary", "run")}
        self._head, self._tiles = markup(draw_router_head), markup(draw_router_tiles)
        self._tiers, self._policies = markup(draw_router_tiers), markup(draw_policies)
        self._misroutes, self._canaries = markup(draw_misroutes), markup(draw_canaries)
        self._told, self._changes = markup(draw_told), markup(draw_changes)
        self._drift, self._learnt = markup(draw_drift), markup(draw_learnt)
        self._time, self._front = picture(tiers_over_time), picture(router_frontier)
        self._kept, self._evidence = picture(draw_calibration), picture(draw_evidence)
        self._figures = card(self._front.pane, self._kept.pane, row=True)
        self._over_time = card(self._time.pane)
        self._act, self._start = TrialForm(store, settings), StartForm(store, settings)
        self._act.done, self._start.done = self._reload, self._started
        trial = (self._canaries.pane, self._told.pane, self._act.view, self._evidence.pane)
        plan = Plan(
            "Router",
            (
                *(self._head.pane, self._tiles.pane, self._over_time, self._tiers.pane),
                *(self._figures, self._policies.pane, self._misroutes.pane),
                *(self._drift.pane, self._learnt.pane),
                *(card(*trial), card(heading("Start a trial"), self._start.view)),
                self._changes.pane,
            ),
        )
        self.template, self._live = build(plan, watch, self._load, self._show)

    def _load(self) -> RouterNumbers:
        return load_router(self._store, self._settings, **self._named)

    async def _reload(self) -> None:
        await self._live.refresh()

    async def _started(self) -> None:
        """Look at the trial that was started."""
        if self._start.started in {"", self._named["canary"]}:  # nothing was
            return
        self._named["canary"] = self._start.started
        write_address({name: text for name, text in self._named.items() if text})
        await self._live.refresh()

    def _show(self, numbers: RouterNumbers) -> None:
        found = numbers.routes
        for part in (self._head, self._tiles, self._tiers):
            part.show(found)
        self._time.show(found.over_time, found.bucket_s)
        self._front.show(found.against.policies, found.against.frontier)
        self._kept.show(found.calibration)
        for part in (self._policies, self._misroutes):
            part.show(found.against)
        for pane in (self._figures, self._over_time, self._policies.pane):
            pane.visible = bool(found.router)
        self._canaries.show(numbers.canaries, numbers.chosen, found.routers["router"].to_list())
        self._show_trial(numbers.chosen)
        self._drift.show(numbers.drift)
        self._learnt.show(numbers.learnt)
        self._start.show(numbers.tiers, found.router)
        self._changes.show(numbers.changes)

    def _show_trial(self, chosen: Canary | None) -> None:
        if chosen is not None and not self._named["canary"]:
            self._named["canary"] = chosen.canary_id  # one that others start takes not its place
        self._told.show(chosen)
        self._act.show(chosen)
        self._evidence.show(chosen)
        self._evidence.pane.visible = chosen is not None

"""The forms by which a person starts a trial, pauses it, promotes its tier, or rolls it back."""

from collections.abc import Mapping
from typing import Any, Final

from engine.contracts import Canary, CanaryPolicy
from engine.errors import BadInput
from workbench.bootstrap.canary_acts import ACTS, NewTrial, act, allowed, policy_of, start
from workbench.dashboards.act_form import ActForm, clear
from workbench.dashboards.toolkit import pn
from workbench.settings import Settings
from workbench.store import Store

_LOOKS: Final = {
    "pause": ("Pause", "default"),
    "resume": ("Resume", "primary"),
    "promote": ("Promote", "success"),
    "roll_back": ("Roll back", "danger"),
}
_DONE: Final = {
    "pause": "is paused",
    "resume": "runs on",
    "promote": "is promoted",
    "roll_back": "is rolled back",
}
_POLICY: Final = {"share": "share at first, 0.05 to 0.1", "quality_margin": "quality margin"}
"""What a person sets on the page; the command sets all of a policy."""
_NAMED: Final = 5
"""Tenants of a pool that a question names."""
_WIDE: Final = 270
_NARROW: Final = 180


class TrialForm(ActForm):
    """What may be done to the trial that is looked at."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._canary: Canary | None = None
        super().__init__(self._change, _LOOKS, settings.author, hint="why, if you like")

    def show(self, canary: Canary | None) -> None:
        """Offer what the trial's state allows."""
        before, self._canary = self._canary, canary
        if canary is None or before is None or before.canary_id != canary.canary_id:
            self.say("")
        if _stands(before) != _stands(canary):
            self.offer(allowed(canary) if canary else ())
        self.view.visible = canary is not None

    def question(self, action: str) -> str:
        """Promotion moves every request, and a rollback is for good."""
        one = self._canary
        if one is None or action not in {"promote", "roll_back"}:
            return ""
        more = f" and {len(one.tenants) - _NAMED} more" if len(one.tenants) > _NAMED else ""
        whose = f"of {one.router}, for {', '.join(one.tenants[:_NAMED])}{more}"
        if action == "promote":
            return f"Promote {one.canary_id}: {one.tier} gets every request {whose}?"
        return f"Roll {one.canary_id} back: {one.tier} gets no more requests {whose}, for good?"

    def _change(self, action: str) -> str:
        one = self._canary
        [what] = [name for name in ACTS if name == action]
        if one is None:
            raise BadInput("no trial is looked at")
        act(self._store, self._settings, one.canary_id, what, self.reason)
        return f"{one.canary_id} {_DONE[action]}"


class StartForm(ActForm):
    """Starts a trial; `started` is the id of the latest."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._known: Mapping[str, tuple[str, ...]] = {}
        self.started = ""
        self.fields = {
            "canary_id": _text("name of the trial", "letters, digits, dot, dash", _WIDE),
            "router": pn.widgets.Select(name="router", width=_NARROW),
            "tier": pn.widgets.Select(name="tier on trial", width=_NARROW),
            "baseline": pn.widgets.Select(name="instead of", width=_NARROW),
            "tenants": _text("tenants", "several are a pool: acme, bolt", _WIDE),
        }
        self.policy = {
            name: _text(label, str(CanaryPolicy.model_fields[name].default), _NARROW)
            for name, label in _POLICY.items()
        }
        looks = {"start": ("Start the trial", "primary")}
        super().__init__(self._start, looks, settings.author, hint="why, if you like")
        *first, tenants = self.fields.values()
        self.view.insert(0, pn.FlexBox(*first))
        self.view.insert(1, pn.FlexBox(tenants, *self.policy.values()))
        self.view.visible = True
        self.fields["router"].param.watch(self._of_router, "value")

    def show(self, known: Mapping[str, tuple[str, ...]], router: str) -> None:
        """Offer these routers with their tiers, at first the one that is looked at."""
        if known == self._known:
            return
        select = self.fields["router"]
        chosen = select.value if self._known and select.value in known else router
        self._known = known
        select.options = list(known)
        select.value = chosen if chosen in known else next(iter(known), None)
        self._of_router()

    def _of_router(self, *_event: Any) -> None:
        """The router's tiers; at first the cheapest is on trial in place of the dearest."""
        tiers = list(self._known.get(self.fields["router"].value, ()))
        if tiers != self.fields["tier"].options:
            for name, place in (("tier", 0), ("baseline", -1)):
                self.fields[name].options = tiers
                self.fields[name].value = tiers[place] if tiers else None

    def _start(self, _action: str) -> str:
        made = start(self._store, self._settings, self._asked(), self.reason)
        self.started = made.canary_id
        clear(self.fields["canary_id"], self.fields["tenants"], *self.policy.values())
        return f"{made.canary_id} runs, with {100 * made.share:g} % of the conversations"

    def _asked(self) -> NewTrial:
        chosen = {name: self.fields[name].value or "" for name in ("router", "tier", "baseline")}
        given = {name: field.value_input.strip() for name, field in self.policy.items()}
        return NewTrial(
            canary_id=_needed(self.fields["canary_id"], "name the trial first"),
            tenants=_several(_needed(self.fields["tenants"], "name a tenant first")),
            policy=policy_of({name: text for name, text in given.items() if text}, where="policy"),
            **chosen,
        )


def _text(name: str, hint: str, width: int) -> Any:
    return pn.widgets.TextInput(name=name, placeholder=hint, width=width)


def _needed(field: Any, otherwise: str) -> str:
    text = str(field.value_input).strip()
    if not text:
        raise BadInput(otherwise)
    return text


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _stands(canary: Canary | None) -> object:
    """What decides on what may be done to it."""
    return canary and (canary.canary_id, canary.state)

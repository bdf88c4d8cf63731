"""The forms by which a person acts on trials, without a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.contracts import Canary, CanaryPolicy
from workbench.bootstrap.canary_acts import NewTrial, act, start
from workbench.dashboards.canary_forms import StartForm, TrialForm
from workbench.settings import Settings
from workbench.store import Store

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*version 2.0:PendingDeprecationWarning"  # Panel's new words are not in 1.7 and 1.8
)
KNOWN = {"desk": ("low", "mid", "high"), "embedded": ("small", "large")}


@dataclass(frozen=True)
class Home:
    """A store and settings, with a trial under way."""

    store: Store
    settings: Settings
    trial: Canary

    def state(self) -> str:
        """What has been told last of the trial."""
        sql = 'SELECT "after" FROM canary_changes ORDER BY changed_at'
        return str(self.store.sql(sql)["after"][-1])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """One trial of one tenant."""
    settings = Settings(home=tmp_path, author="ann")
    new = NewTrial("c1", "desk", "low", "high", ("acme",), CanaryPolicy())
    with Store.memory() as store:
        yield Home(store, settings, start(store, settings, new))


@pytest.fixture
def form(home: Home) -> TrialForm:
    """The form over that trial."""
    made = TrialForm(home.store, home.settings)
    made.show(home.trial)
    return made


@pytest.fixture
def starting(home: Home) -> StartForm:
    """The form that starts another."""
    made = StartForm(home.store, home.settings)
    made.show(KNOWN, "desk")
    return made


async def test_a_pause_is_done_at_once(home: Home, form: TrialForm) -> None:
    """With the note, which does not stay there."""
    form.note.value_input = "slow today"
    await form.press("pause")
    assert "c1 is paused" in form.said
    assert (home.state(), form.reason) == ("inconclusive", "")
    assert home.store.sql("SELECT note FROM canary_changes")["note"][-1] == "slow today"


@pytest.mark.parametrize(("action", "after"), [("promote", "promoted"), ("roll_back", "rolled_")])
async def test_what_weighs_is_asked_first(
    home: Home, form: TrialForm, action: str, after: str
) -> None:
    """A press alone changes nothing."""
    await form.press(action)
    assert home.state() == "running"
    await form.confirm()
    assert home.state().startswith(after)


async def test_a_question_is_withdrawn_where_the_trial_has_changed(
    home: Home, form: TrialForm
) -> None:
    """What was meant for a running trial is not done to a paused one."""
    await form.press("roll_back")
    form.show(act(home.store, home.settings, "c1", "pause"))
    await form.confirm()
    assert home.state() == "inconclusive"
    assert form.offered == ["resume", "promote", "roll_back"]


async def test_what_somebody_else_was_quicker_with_is_said(home: Home, form: TrialForm) -> None:
    """The refusal in words, and the page is asked to look again."""
    looked = []

    async def look() -> None:
        looked.append(True)

    form.done = look
    act(home.store, home.settings, "c1", "roll_back")
    await form.press("pause")
    assert "it is rolled_back, and only one that is running" in form.said
    assert looked == [True]


def test_a_trial_that_was_rolled_back_leaves_nothing_to_do(home: Home, form: TrialForm) -> None:
    """No button, and no field for a note."""
    form.show(act(home.store, home.settings, "c1", "roll_back"))
    assert (form.offered, form.note.visible) == ([], False)


def test_the_tiers_are_those_of_the_router(starting: StartForm) -> None:
    """The page's router at first; the cheapest on trial in place of the dearest."""
    names = ("router", "tier", "baseline")
    assert [starting.fields[name].value for name in names] == ["desk", "low", "high"]
    starting.fields["router"].value = "embedded"
    assert [starting.fields[name].value for name in names] == ["embedded", "small", "large"]


def test_what_was_chosen_stays_when_the_page_is_loaded_anew(starting: StartForm) -> None:
    """Also where another router has become known meanwhile."""
    starting.fields["tier"].value = "mid"
    starting.show({**KNOWN, "new": ("a", "b")}, "desk")
    assert (starting.fields["router"].value, starting.fields["tier"].value) == ("desk", "mid")


async def test_a_trial_is_started(home: Home, starting: StartForm) -> None:
    """With its tenants as a pool, its share and its margin; the fields are empty afterwards."""
    starting.fields["canary_id"].value_input = "c2"
    starting.fields["tenants"].value_input = "bolt, cord"
    starting.policy["share"].value_input = "0.1"
    starting.policy["quality_margin"].value_input = "0.02"
    await starting.press("start")
    assert (starting.started, starting.fields["tenants"].value_input) == ("c2", "")
    told = home.store.sql("SELECT tenant, details FROM canary_changes WHERE canary_id = 'c2'")
    assert sorted(told["tenant"]) == ["bolt", "cord"]
    assert '"quality_margin":0.02' in told["details"][0]


@pytest.mark.parametrize(
    ("name", "tenants", "share", "said"),
    [
        ("", "bolt", "", "name the trial first"),
        ("c2", " , ", "", "at least 1 item"),
        ("c2", "", "", "name a tenant first"),
        ("c2", "acme", "", "is in the canary &#39;c1&#39;"),
        ("c1", "bolt", "", "there is a canary &#39;c1&#39; already"),
        ("a b", "bolt", "", "canary_id: String should match"),
        ("c2", "bolt", "0.5", "share: Input should be less than"),
    ],
)
async def test_what_cannot_be_started_is_said_beside_the_form(
    starting: StartForm, name: str, tenants: str, share: str, said: str
) -> None:
    """Nothing is started, and what was written stays to be mended."""
    starting.fields["canary_id"].value_input = name
    starting.fields["tenants"].value_input = tenants
    starting.policy["share"].value_input = share
    await starting.press("start")
    assert said in starting.said
    assert (starting.started, starting.fields["tenants"].value_input) == ("", tenants)

"""What the Router page says of its classifier and of what a policy has learnt."""

from pathlib import Path

from engine.contracts import DriftReport, FeatureDrift
from tests.browser.routed import fill_routes
from tests.spec.routing.learnt import learnt
from tests.unit.routing.test_drawing import spec
from workbench.bootstrap.drifting import Drift
from workbench.bootstrap.router import MODEL_FILE
from workbench.dashboards.numbers.router import load_router
from workbench.dashboards.views.learning import draw_drift, draw_learnt
from workbench.settings import Settings
from workbench.store import Store


def drifted(*moved: bool, outcomes: int = 50, off: bool = False, decisions: int = 100) -> Drift:
    """Features a, b, … of which these have moved."""
    features = tuple(
        FeatureDrift(feature=name, psi=0.4 if far else 0.01, noise=0.1, moved=far)
        for name, far in zip("abcdefghijkl", moved, strict=False)
    )
    return Drift(
        "main",
        "0123456789abcdef",
        decisions,
        DriftReport(
            features=features,
            outcomes=outcomes,
            log_e_over=6.0 if off else -0.5,
            log_e_under=-0.7,
            miscalibrated=off,
            drifted=off or any(moved),
        ),
    )


def test_without_a_classifier_nothing_is_said() -> None:
    """Nor where no policy was adopted."""
    assert draw_drift(None) == draw_learnt(None) == ""


def test_features_that_moved_are_counted() -> None:
    """The furthest stand in the table, with what chance alone comes to."""
    html = draw_drift(drifted(True, False))
    assert "1 of 2 features moved" in html
    assert "chances hold" in html
    assert "0.1000" in html
    assert "no feature moved" in draw_drift(drifted(False))


def test_chances_are_judged_only_by_outcomes() -> None:
    """Where there is none yet, that is said."""
    assert "chances no longer hold" in draw_drift(drifted(False, off=True))
    assert "no outcome yet" in draw_drift(drifted(False, outcomes=0))
    assert "decided nothing yet" in draw_drift(drifted(False, decisions=0))


def test_what_was_learnt_says_what_spoke_for_it() -> None:
    """And how it is undone."""
    html = draw_learnt(learnt(spec(0.9, 0.95), "b"))
    assert "thompson, adopted with 400 choices taught" in html
    assert "workbench router forget r" in html


def test_a_file_that_is_unusable_is_told(tmp_path: Path) -> None:
    """Where it lies and what is wrong, on the page as by the command."""
    home = Settings(home=tmp_path)
    with Store.memory() as store:
        fill_routes(store)
        path = tmp_path / MODEL_FILE
        path.parent.mkdir()
        path.write_text("{}")
        html = draw_drift(load_router(store, home, "", "").drift)
    assert str(path) in html

"""How detectors are counted, and how thresholds are chosen elsewhere than they are tried."""

from pathlib import Path

import pytest

from engine.orchestration.guard import Act, Observation
from pipelines.bench.loop_guard import measure
from pipelines.bench.loop_guard.case import Case, Score
from pipelines.bench.loop_guard.crossfit import best, crossfit, halves
from pipelines.bench.loop_guard.detectors import always, at_length, never, verbatim
from pipelines.bench.loop_guard.spend import saved
from pipelines.bench.result import Options
from pipelines.bench.targets import TARGETS


def _steps(count: int, text: str = "") -> tuple[Observation, ...]:
    asks = [text or f"look at {at}" for at in range(count)]
    return tuple(Observation("a", (Act("ask", {"q": q}, "x" * 8),), asks=(q,)) for q in asks)


def _case(count: int, *, loop: bool) -> Case:
    return Case(f"{count}", _steps(count), range(count) if loop else None)


@pytest.mark.parametrize(
    ("alarm", "score"),
    [(2, (1, 0, 0, 1)), (1, (0, 1, 1, 1)), (4, (0, 1, 1, 1)), (None, (0, 1, 0, 1))],
)
def test_an_alarm_outside_the_loop_is_wrong(alarm: int | None, score: tuple[int, ...]) -> None:
    """An alarm before or after the loop is a false one, and the loop is missed."""
    case = Case("c", _steps(6), range(2, 4))
    assert Score.of(lambda _steps: alarm, [case]) == score


def test_shares() -> None:
    """Precision is of the alarms, recall of the loops; both are 0 of none."""
    score, nothing = Score(3, 1, 2, 10), Score(0, 0, 0, 5)
    assert (score.precision, score.recall, score.f1) == (0.6, 0.75, 2 / 3)
    assert (nothing.precision, nothing.recall, nothing.f1) == (0, 0, 0)


def test_baselines() -> None:
    """Never and always do what they say; a cut at n comes at the n-th step."""
    steps = _steps(5)
    assert (never(steps), always(steps)) == (None, 0)
    assert [at_length(most)(steps) for most in (3, 5, 6)] == [2, 4, None]


def test_verbatim() -> None:
    """The verbatim rule stops where an instruction has come so often, wherever it came before."""
    steps = [*_steps(1, "a"), *_steps(2, "b"), *_steps(1, "a")]
    assert [verbatim(times)(steps) for times in (1, 2, 3)] == [0, 2, None]


def test_halves() -> None:
    """A question always falls into the same half, whichever others there are."""
    cases = {f"q{at}": _case(at, loop=False) for at in range(20)}
    first, second = halves(cases)
    again, _ = halves({key: cases[key] for key in list(cases)[:10]})
    assert {case.name for case in again} <= {case.name for case in first}
    assert sorted(int(case.name) for case in [*first, *second]) == list(range(20))


def test_best_of_equals() -> None:
    """Of detectors that do equally well the middle one is chosen."""
    cuts = {f"{n}": at_length(n) for n in (9, 8, 7, 6, 5)}
    cases = [_case(9, loop=True), _case(5, loop=False)]
    assert best(cuts, cases) == "7"


def test_crossfit() -> None:
    """What is chosen on one half is counted on the other, where it may do worse."""
    cuts = {f"{n}": at_length(n) for n in (9, 5)}
    first = [_case(9, loop=True), _case(6, loop=False)]
    second = [_case(6, loop=True), _case(4, loop=False)]
    fitted = crossfit(cuts, first, second)
    assert fitted.chosen == ("9", "5")
    assert fitted.score == Score(1, 1, 1, 4)


def test_saved() -> None:
    """What is saved is every step after the stop, each with all that it would have read."""
    steps = [Observation("a", text="x" * 40)] * 3  # 10 tokens each: 10, 20, 30 are read
    assert saved(lambda _steps: 1, [steps]) == (30, 60)
    assert saved(never, [steps]) == (0, 60)


def test_without_data() -> None:
    """Each metric that has a target is there, without a value and with what is missing."""
    results = measure(Options())
    assert {result.metric for result in results} == set(TARGETS["loop-guard"])
    assert {result.value for result in results} == {None}
    assert all("--data" in result.note for result in results)


@pytest.mark.data("who-and-when")
@pytest.mark.data("tau-bench")
def test_targets(data_home: Path) -> None:
    """On the public recordings each target is met that is no matter of speed."""
    found = {result.metric: result.value for result in measure(Options(data=data_home))}
    targets = {name: target for name, target in TARGETS["loop-guard"].items() if name != "guard_us"}
    assert [name for name, target in targets.items() if not target.met(found[name])] == []

"""Recorded failures: whether an alarm comes where the orchestrator's own ledger says: a loop."""

from collections.abc import Iterator, Sequence
from typing import Final

from engine.errors import BadInput
from pipelines.bench.loop_guard.case import Case, Score, share
from pipelines.bench.loop_guard.crossfit import Fitted, crossfit, grid, halves, lengths
from pipelines.bench.loop_guard.detectors import beside, guard, verbatim
from pipelines.bench.loop_guard.rivals import RIVALS
from pipelines.bench.loop_guard.spend import ESTIMATE, saved
from pipelines.bench.loop_guard.who_and_when import Log
from pipelines.bench.result import Result

_TIMES: Final = range(2, 32)  # a rule that waits for more than the longest log has no alarm


def rows(logs: Sequence[Log]) -> Iterator[Result]:
    """The cross-fitted guard, each rival and baseline, and the tokens of the default guard's cuts.

    Raises `BadInput` where a half has no loop or nothing but loops: nothing can be chosen there.
    """
    cases = {log.question_id: _case(log) for log in logs}
    first, second = halves(cases)
    _usable(first, second)
    fitted = crossfit(grid(), first, second)
    score, every = fitted.score, list(cases.values())
    about = f"{score.cases} logs, {score.loops} with a loop; {_chosen(fitted)}"
    default = Score.of(guard(), every)
    usual = f"; default policy {default.caught} of {default.loops}, {default.false} false"
    yield Result("precision", score.precision, "share", f"{_right(score)}; {about}")
    yield Result("recall", score.recall, "share", f"{_found(score)}; {about}{usual}")
    yield _gain(score, every)
    cut = crossfit(lengths(), first, second)
    for name, detector in {**RIVALS, **beside()}.items():
        yield from _beside(name, Score.of(detector, every), "nothing to choose")
    yield from _beside("cut_at_n", cut.score, _chosen(cut))
    after, total = saved(guard(), [log.steps for log in logs])
    note = f"{after:,.0f} of {total:,.0f}, default policy, {default.alarms} cuts; {ESTIMATE}"
    yield Result("tokens_saved_failures", after / max(1, total), "share", note)


def unlabelled(logs: Sequence[Log]) -> Iterator[Result]:
    """Alarms on logs that nobody says are loops, with the default policy."""
    cases = [Case(log.name, log.steps) for log in logs]
    for name, detector in {"": guard(), **RIVALS, **beside()}.items():
        score = Score.of(detector, cases)
        metric = "false_alarms_unlabelled" + (f"@{name}" if name else "")
        yield Result(metric, score.false, "count", f"of {score.cases} logs without a ledger")


def _case(log: Log) -> Case:
    return Case(log.name, log.steps, range(len(log.steps)) if log.in_loop else None)


def _usable(*both: Sequence[Case]) -> None:
    for half in both:
        loops = sum(case.loop is not None for case in half)
        if not 0 < loops < len(half):
            said = f"{loops} of the {len(half)} logs of a half have a loop"
            raise BadInput(said, hint="some of each are needed", where="who-and-when")


def _gain(score: Score, cases: Sequence[Case]) -> Result:
    """Recall over the verbatim rule at as many false alarms as the guard has.

    No number of repetitions has just as many: the rule that errs no more often than the guard and
    the next looser one, which errs more often, are mixed by chance in the share that makes it so.
    """
    times = next(n for n in _TIMES if Score.of(verbatim(n), cases).false <= score.false)
    rule, looser = (Score.of(verbatim(n), cases) for n in (times, times - 1))
    more = looser.false - rule.false
    part = (score.false - rule.false) / more if more else 0.0
    level = rule.recall + part * (looser.recall - rule.recall)
    guards = (Score.of(fitting, cases) for fitting in grid().values())
    strict = max(other.recall for other in guards if other.false <= rule.false)
    note = (
        f"over {level:.3f} at the guard's {score.false} false alarms: the same instruction seen "
        f"{times} times has {rule.recall:.3f} at {rule.false}, {times - 1} times "
        f"{looser.recall:.3f} at {looser.false}, mixed; a guard of the grid with at most "
        f"{rule.false} has up to {strict:.3f}"
    )
    return Result("recall_gain_vs_verbatim", score.recall - level, "recall points", note)


def _beside(name: str, score: Score, about: str) -> Iterator[Result]:
    yield Result(f"precision@{name}", score.precision, "share", f"{_right(score)}; {about}")
    yield Result(f"recall@{name}", score.recall, "share", f"{_found(score)}; {about}")


def _right(score: Score) -> str:
    return share(score.caught, score.alarms)


def _found(score: Score) -> str:
    return share(score.caught, score.loops)


def _chosen(fitted: Fitted) -> str:
    first, second = fitted.chosen
    return f"chosen on one half {first}, on the other {second}"

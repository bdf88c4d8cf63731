"""A run as people read it: table, failures, transcript."""

from collections.abc import Callable

import polars as pl

from engine.contracts import Step, ToolCall, assistant
from engine.contracts.message import tool_result
from workbench.bootstrap.failures import worst_tasks
from workbench.bootstrap.results import SCOREBOARD, scoreboard
from workbench.bootstrap.tables import interval, percent, score_table, usd
from workbench.bootstrap.transcript import transcript
from workbench.store import Store

Evaluate = Callable[..., list[str]]


def test_the_table_has_a_row_for_each_of_the_board(store: Store, evaluated: Evaluate) -> None:
    """Shares are percentages, whoever asks no model has a dash for one."""
    table = score_table(scoreboard(store, evaluated("constant")))
    first = table.row(0, named=True)
    assert (first["agent"], first["model"], first["family"], first["tasks"]) == (
        "constant",
        "–",  # noqa: RUF001
        "all",
        6,
    )
    assert first["passed"].endswith(" %")


def test_an_empty_board_is_an_empty_table() -> None:
    """No runs, no rows, the same columns."""
    assert score_table(pl.DataFrame(schema=SCOREBOARD)).is_empty()


def test_what_is_not_known_is_not_zero() -> None:
    """An unknown price and an undefined share say so; intervals end at 0 and 100 %."""
    assert (usd(None), percent(float("nan"))) == ("unknown", "–")  # noqa: RUF001
    assert interval(-0.1, 1.2) == "0 to 100 %"


def test_the_most_often_failing_task_comes_first(store: Store, evaluated: Evaluate) -> None:
    """Tasks that never failed are left out; each row names an episode that failed, and why."""
    (run,) = evaluated("random", limit=66, epochs=3)
    worst = worst_tasks(store, run)
    shares = (worst["passed"] / worst["episodes"]).to_list()
    failed = store.episodes(run).filter(~pl.col("passed"))["episode_id"]
    assert shares == sorted(shares)
    assert 0 == shares[0] <= shares[-1] < 1
    assert worst["episode_id"].is_in(failed.to_list()).all()
    assert worst["reason"].null_count() == 0


def test_a_transcript_has_every_message_with_its_calls(store: Store) -> None:
    """A call stands below what was said, as name and arguments; a result bears its tool's name."""
    call = ToolCall(id="1", name="find", arguments={"word": "zelt"})
    messages = (assistant("Let me see.", call), tool_result(call, "two tents"))
    about = {"run_id": "run-1", "episode_id": "ep-1", "agent": "clerk", "span_id": "s"}
    times = {"started_at": 1.0, "ended_at": 2.0}
    with store.recorder() as recorder:
        recorder.add(Step(**about, **times, index=0, kind="model", messages=messages))
    assert transcript(store, "ep-1").rows() == [
        (0, "clerk", "assistant", 'Let me see.\n-> find({"word": "zelt"})'),
        (0, "clerk", "find", "two tents"),
    ]

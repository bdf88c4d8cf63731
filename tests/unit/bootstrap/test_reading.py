"""A run as people read it: table, failures, transcript."""

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from engine.contracts import (
    Episode,
    Fact,
    Run,
    Score,
    Step,
    StopReason,
    ToolCall,
    Usage,
    assistant,
)
from engine.contracts.message import tool_result
from workbench.bootstrap.failures import worst_tasks
from workbench.bootstrap.results import SCOREBOARD, scoreboard
from workbench.bootstrap.tables import interval, percent, score_table, usd
from workbench.bootstrap.transcript import transcript
from workbench.store import Store

Evaluate = Callable[..., list[str]]
_PLAN: Any = {"epochs": 3, "planned": 12, "seed": 0, "started_at": 1.0}


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


def tried(task: str, *values: float) -> Iterator[Fact]:
    """A task's episodes, one an epoch, with what a scorer said of each."""
    for epoch, value in enumerate(values):
        about = {"run_id": "run-1", "episode_id": f"ep-{task}{epoch}", "task_id": task}
        about |= {"family": "f", "epoch": epoch}
        yield Episode(
            **about,
            agent="a",
            model="",
            started_at=1.0,
            ended_at=2.0,
            stop_reason=StopReason.ANSWERED,
            steps=1,
            usage=Usage(),
            cost_usd=0.0,
            answer=f"answer {epoch}",
        )
        yield Score(
            **about, scorer="exact", value=value, passed=value == 1, reason="odd", scored_at=2.0
        )


def test_the_most_often_failing_task_comes_first(store: Store) -> None:
    """Tasks that never failed are left out; each row shows the first that failed, and why."""
    with store.recorder() as recorder:
        recorder.add(Run(run_id="run-1", name="n", suite="s", agent="a", model="", **_PLAN))
        recorder.add(*tried("often", 1.0, 0.0, 0.0), *tried("never", 1.0, 1.0, 1.0))
        recorder.add(*tried("once", 1.0, 1.0, 0.0), *tried("always", 0.0, 0.0, 0.0))
    assert worst_tasks(store, "run-1").select("task_id", "passed", "answer", "reason").rows() == [
        ("always", 0, "answer 0", "exact: odd"),
        ("often", 1, "answer 1", "exact: odd"),
        ("once", 2, "answer 2", "exact: odd"),
    ]


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

"""Transcripts as timelines."""

from dataclasses import replace

import pytest

from engine.contracts import Exchange, Step, ToolCall, assistant, tool_result
from tests.browser.samples import Sample, a_run, rich_conversation, step
from tests.browser.world import FINISHED, RICH
from workbench.dashboards.views.timeline import Entry, timeline

SAMPLE = Sample(a_run(FINISHED, "default", "small", 0), 0, "policy", 0, passed=True)


@pytest.fixture
def facts() -> tuple[list[Step], list[Exchange]]:
    """Tools, a worker, a handoff, an error."""
    every = list(rich_conversation(SAMPLE))
    steps = [fact for fact in every if isinstance(fact, Step)]
    return steps, [fact for fact in every if isinstance(fact, Exchange)]


def shape(entries: list[Entry]) -> list[tuple[int, int]]:
    """Index and depth of each entry."""
    return [(entry.step.index, entry.depth) for entry in entries]


def test_workers_stand_below_who_asked_them(facts) -> None:
    """A worker's steps follow the asking step, one deeper."""
    assert shape(timeline(*facts)) == [
        *((0, 0), (1, 0), (2, 0), (3, 1), (4, 1)),
        *((5, 0), (6, 0), (7, 0)),
    ]


def test_workers_asked_at_once_are_not_mixed() -> None:
    """Steps that interleave in time are put together by who asked."""
    below = {3: 1, 4: 2, 5: 1, 6: 2}
    steps = [
        step(
            SAMPLE,
            n,
            "model",
            (),
            (0, 1),
            parent_span_id=f"{below[n]:016x}" if n in below else None,
        )
        for n in (1, 2, 3, 4, 5, 6)
    ]
    assert shape(timeline(steps, [])) == [(1, 0), (3, 1), (5, 1), (2, 0), (4, 1), (6, 1)]


def test_a_worker_is_seen_before_who_asked_is_done(facts) -> None:
    """While the asking step is not recorded yet, its worker's steps stand at their depth."""
    steps, exchanges = facts
    early = [s for s in steps if s.index in {0, 1, 3, 4}]
    assert shape(timeline(early, exchanges)) == [(0, 0), (1, 0), (3, 1), (4, 1)]


def test_a_result_stands_by_its_call(facts) -> None:
    """Arguments and JSON results are laid out over several lines, with the time it took."""
    call = timeline(*facts)[1].calls[0]
    assert call.arguments.startswith('{\n  "order": "A-17"')
    assert call.result == '{\n  "order": "A-17",\n  "total": 42.5,\n  "paid": true\n}'
    assert call.seconds == 0.25


def test_malformed_arguments_are_shown_as_sent() -> None:
    """What was no JSON object is not passed off as an empty one."""
    call = ToolCall(id="1", name="f", arguments={}, malformed="{oops")
    made = step(SAMPLE, 0, "model", (assistant("", call), tool_result(call, "[broken")), (0, 1))
    shown = timeline([made], [])[0].calls[0]
    assert (shown.arguments, shown.result) == ("{oops", "[broken")


def test_a_result_without_its_call_is_kept() -> None:
    """Nothing that was said is dropped."""
    stray = tool_result(ToolCall(id="9", name="f", arguments={}), "out of nowhere")
    entry = timeline([step(SAMPLE, 0, "model", (stray,), (0, 1))], [])[0]
    assert [said.text for said in entry.said] == ["out of nowhere"]


def test_a_recording_has_no_times(facts) -> None:
    """Neither steps nor calls say how long they took."""
    entry = timeline(*facts, timed=False)[1]
    assert (entry.seconds, entry.calls[0].seconds) == (None, None)


def test_the_sample_is_the_one_in_the_store() -> None:
    """The fixtures of this file are those the browser sees."""
    assert SAMPLE.episode_id == RICH
    assert replace(SAMPLE, number=1).episode_id != RICH

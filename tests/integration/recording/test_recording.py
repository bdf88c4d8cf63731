"""Agents of one's own recorded through the real `openai` client against a real server."""

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx
import openai
import pytest
from typer.testing import CliRunner

import workbench as wb
from engine.contracts import StopReason
from engine.errors import BadInput
from tests.integration.recording.agent import ask
from tests.integration.recording.chat_server import serving
from workbench.cli import app
from workbench.store.queries import facts

pytestmark = pytest.mark.usefixtures("fresh_logs")

KEY = "sk-very-secret"
DYING = Path(__file__).with_name("dying.py")


def client(server, **fields):
    made = openai.OpenAI(base_url=server.url, api_key=KEY, **fields)
    return wb.recorded_http(made)


def recorded(home, episode_id):
    with wb.open(home) as store:
        return next(facts.recordings(store.lake, [episode_id]))


def rows(home, table, episode_id):
    with wb.open(home) as store:
        return getattr(store, table)(episode=episode_id).to_dicts()


def run_command(home, *arguments):
    return CliRunner().invoke(app, ["--home", str(home), *arguments])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One store for all: each makes runs of its own."""
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def added(home):
    """A whole and a streamed conversation with a tool call."""
    ids = []
    run = wb.record_run(home=home, agent="adder", tasks=2)
    replies = [("add", {"a": 1, "b": 2}), "3"] * 2
    with serving(*replies) as server, client(server) as model, run:
        for stream in (False, True):
            with wb.record_episode("sum", run=run, epoch=int(stream)) as episode:
                assert ask(model, "1 and 2?", stream=stream) == "3"
                episode.score("right", 1.0)
            ids.append(episode.episode_id)
    return run.run_id, ids


def test_a_conversation_is_recorded_step_by_step(home, added):
    """Input, the call with its result, the answer: each is a step."""
    _, ids = added
    steps = recorded(home, ids[0]).steps
    assert [[m.role for m in step.messages] for step in steps] == [
        ["system", "user"],
        ["assistant", "tool"],
        ["assistant"],
    ]


def test_a_stream_is_recorded_as_the_whole_answer_is(home, added):
    """What came in pieces makes the same messages, calls and results."""
    _, ids = added
    whole, streamed = (recorded(home, name) for name in ids)
    assert [s.messages for s in whole.steps] == [s.messages for s in streamed.steps]
    assert whole.episode.state_hash == streamed.episode.state_hash


def test_usage_of_a_stream_is_counted(home, added):
    """The usage that comes after the last piece is the step's."""
    _, ids = added
    episode = recorded(home, ids[1]).episode
    assert (episode.usage.input_tokens, episode.usage.calls) == (200, 2)


def test_a_recorded_run_replays(home, added):
    """The strict replay of one's own agent finds nothing different."""
    run_id, _ = added
    done = wb.replay(run_id, home=home)
    assert done.runs.rows() == [(run_id, 2, 6, 0, 0)]
    assert done.diverged.is_empty()


def test_a_recorded_run_is_shown_as_any_other(home, added):
    """Both episodes count as done, and passed by the score given."""
    run_id, _ = added
    with wb.open(home) as store:
        row = store.runs().filter(run_id=run_id).to_dicts()[0]
    assert (row["status"], row["done"], row["score"]) == ("finished", 2, 1.0)


def test_the_key_is_nowhere_in_the_store(home):
    """Neither headers nor a server that repeats the key bring it into the store."""
    with serving(401) as server, client(server, max_retries=0) as model:
        refused = pytest.raises(openai.AuthenticationError, match=KEY)
        with refused, wb.record_episode("t", home=home) as episode:
            ask(model, "1?")
    kept = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert KEY.encode() not in kept
    assert "***" in rows(home, "steps", episode.episode_id)[1]["error"]


def test_an_attempt_that_failed_is_a_step_and_does_not_hinder_replay(home):
    """The client's own retries are recorded; replay looks at what was said."""
    episode = wb.record_episode("t", home=home)
    with serving(500, "3") as server, client(server) as model, episode:
        ask(model, "1 and 2?")
    steps = rows(home, "steps", episode.episode_id)
    assert [step["error"] is not None for step in steps] == [False, True, False]
    assert run_command(home, "replay", episode.episode_id).exit_code == 0


def test_an_error_in_the_block_ends_the_episode_and_goes_on(home):
    """What was done before is kept, with the error."""
    episode = wb.record_episode("t", home=home)

    def program():
        with episode:
            episode.step("so far")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        program()
    (row,) = rows(home, "steps", episode.episode_id)
    ended = recorded(home, episode.episode_id).episode
    assert "so far" in row["messages"]
    assert ended.error.code == "ZeroDivisionError"


def test_an_unreachable_server_is_recorded(home):
    """No answer at all is an exchange with its error."""
    model = wb.recorded_http(openai.OpenAI(base_url="http://127.0.0.1:9/v1", api_key=KEY))
    refused = pytest.raises(openai.APIConnectionError)
    with model, refused, wb.record_episode("t", home=home) as episode:
        ask(model.with_options(max_retries=0), "1?")
    (exchange,) = rows(home, "exchanges", episode.episode_id)
    assert "model_unreachable" in exchange["error"]


async def test_tasks_record_into_their_own_episodes(home):
    """Episodes that go on at once in one loop do not mix."""

    async def one(run, model, question):
        async with wb.record_episode(question, run=run) as episode:
            await model.post(
                "chat/completions",
                json={"model": "m", "messages": [{"role": "user", "content": question}]},
            )
        return episode.episode_id

    with serving(*"abcd") as server, wb.record_run(home=home) as run:
        async with wb.recorded_http(httpx.AsyncClient(base_url=server.url)) as model:
            ids = await asyncio.gather(*(one(run, model, name) for name in "wxyz"))
    asked = [recorded(home, name).steps[0].messages[0].content for name in ids]
    assert asked == list("wxyz")


def test_a_killed_program_leaves_its_steps(home):
    """What was durable is there, the episode is open and its run interrupted."""
    done = subprocess.run(
        [sys.executable, DYING, home], capture_output=True, text=True, check=False
    )
    assert done.returncode < 0
    assert len(rows(home, "steps", done.stdout.strip())) == 2
    with wb.open(home) as store:
        assert store.runs()["status"][0] == "interrupted"


def test_an_episode_of_a_known_suite_is_scored_by_it(home):
    """Its task is at hand, and the suite's scorers judge the answer."""
    with wb.record_episode("triage-09", suite="helpdesk", home=home) as episode:
        episode.answer("nonsense")
    assert episode.task.family == "triage"
    assert rows(home, "scores", episode.episode_id)


def test_a_finished_run_takes_another_episode(home):
    """The run is finished again, with both."""
    with wb.record_episode("one", home=home) as episode:
        episode.answer("1")
    with wb.record_episode("two", run=episode.run_id, home=home) as later:
        later.answer("2")
    with wb.open(home) as store:
        run = store.runs().filter(run_id=episode.run_id)
    assert run.select("status", "done").row(0) == ("finished", 2)


def test_an_unknown_mode_of_replay_is_refused(home, added):
    """With the names of those that there are."""
    with pytest.raises(BadInput, match="strict, tools-live, model-live"):
        wb.replay(added[0], mode="loose", home=home)


def test_nothing_happens_in_an_episode_that_has_ended(home):
    """What is told too late is refused."""
    with wb.record_episode("t", home=home) as episode:
        episode.answer("x")
    with pytest.raises(BadInput, match="has ended"):
        episode.step("too late")
    assert recorded(home, episode.episode_id).episode.stop_reason is StopReason.RECORDED

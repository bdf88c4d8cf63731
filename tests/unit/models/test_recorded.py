"""The recorded model."""

import pytest

from engine.contracts import ErrorSpec, Exchange, ModelRequest, system, user
from engine.errors import ModelError, ModelTimeout
from engine.models.exchange import request_hash, request_json, response_json
from engine.models.recorded import Recorded
from engine.models.scripted import reply


def asked(*texts, **fields):
    return ModelRequest(messages=(system("s"), *map(user, texts)), **fields)


def exchange(request, answer="", error=None, step=0):
    return Exchange(
        run_id="run-1",
        episode_id="ep-1",
        step_index=step,
        position=0,
        kind="model",
        name="m",
        request=request_json(request),
        request_hash=request_hash(request),
        response=None if error else response_json(reply(answer)),
        error=error,
        started_at=0.0,
        ended_at=1.0,
    )


async def test_a_request_gets_its_recorded_answer():
    """The hash of the request finds the answer, whatever the order of asking."""
    model = Recorded([exchange(asked("a"), "A"), exchange(asked("b"), "B")])
    assert [(await model.complete(asked(q))).message.content for q in "ba"] == ["B", "A"]


async def test_a_repeated_request_gets_its_answers_in_order():
    """The same request was answered differently in turn."""
    model = Recorded([exchange(asked("a"), "1"), exchange(asked("a"), "2")])
    assert [(await model.complete(asked("a"))).message.content for _ in "ab"] == ["1", "2"]


async def test_each_answer_is_given_once():
    """Asking more often than was recorded is an error that says so."""
    model = Recorded([exchange(asked("a"), "1", step=4)])
    await model.complete(asked("a"))
    with pytest.raises(ModelError, match="ep-1 step 4 was asked for more often"):
        await model.complete(asked("a"))


async def test_a_recorded_error_is_raised_again():
    """Replay fails where the run failed."""
    spec = ErrorSpec.of(ModelTimeout("m: no answer in time"))
    with pytest.raises(ModelTimeout, match="no answer in time"):
        await Recorded([exchange(asked("a"), error=spec)]).complete(asked("a"))


@pytest.mark.parametrize(
    ("request_", "parting"),
    [
        (asked("a", "c", "d"), r"messages from index 2 \(of 4\)$"),
        (asked("a"), r"messages from index 2 \(of 2\)$"),
        (asked("a", "b", seed=3), "differs in seed$"),
        (asked("a", "x", temperature=1.0), r"messages from index 2 \(of 3\), temperature$"),
    ],
)
async def test_an_unknown_request_names_the_closest_and_where_they_part(request_, parting):
    """The error helps to see what changed since the recording."""
    model = Recorded([exchange(asked("z"), step=1), exchange(asked("a", "b"), step=2)])
    with pytest.raises(ModelError, match=f"ep-1 step 2 is closest.*{parting}"):
        await model.complete(request_)


async def test_an_empty_recording_says_so():
    """There is no closest one."""
    with pytest.raises(ModelError, match="nothing was recorded"):
        await Recorded([]).complete(asked("a"))


async def test_exchanges_of_tools_are_passed_over():
    """A recording of an episode may be given as it is."""
    tool = exchange(asked("a"), "A").model_copy(update={"kind": "tool"})
    with pytest.raises(ModelError, match="nothing was recorded"):
        await Recorded([tool]).complete(asked("a"))

"""Scripts from files."""

import pytest

from engine.contracts import ModelRequest, user
from engine.errors import BadInput, ModelError, ModelUnavailable
from engine.models.script_file import read_script


def script(tmp_path, text):
    path = tmp_path / "script.jsonl"
    path.write_text(text)
    return read_script(path)


async def said(model, *questions):
    requests = [ModelRequest(messages=(user(question),)) for question in questions]
    return [(await model.complete(request)).message.content for request in requests]


@pytest.mark.parametrize("text", ['["a", {"content": "b"}]', '"a"\n\n{"content": "b"}\n'])
async def test_an_array_and_lines_mean_the_same(tmp_path, text):
    """Entries are texts or objects, and begin again after the last."""
    assert await said(script(tmp_path, text), "1", "2", "3") == ["a", "b", "a"]


async def test_a_cue_answers_whenever_it_is_heard(tmp_path):
    """An entry with `when` answers each request that holds its words, and is not used up."""
    model = script(tmp_path, '{"content": "Paris", "when": "France"}\n"?"\n')
    assert await said(model, "France", "Spain", "of France") == ["Paris", "?", "Paris"]


async def test_tool_calls_are_made(tmp_path):
    """Calls are numbered and carry their arguments."""
    call = '{"tool_calls": [{"name": "add", "arguments": {"a": 1}}]}'
    response = await script(tmp_path, call).complete(ModelRequest(messages=(user("?"),)))
    assert [(c.id, c.arguments) for c in response.message.tool_calls] == [("call-1", {"a": 1})]


async def test_errors_are_raised(tmp_path):
    """An entry may be an error by its code."""
    model = script(tmp_path, '{"error": {"code": "model_unavailable", "message": "busy"}}')
    with pytest.raises(ModelUnavailable, match="busy"):
        await said(model, "?")


async def test_cues_alone_leave_other_requests_unanswered(tmp_path):
    """A request that no entry fits is an error, not an empty answer."""
    with pytest.raises(ModelError, match="no answer to this request"):
        await said(script(tmp_path, '{"content": "Paris", "when": "France"}'), "Spain")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('"a"\n{bad\n', "script.jsonl:2: no JSON"),
        ('"a"\n\n{"contents": "b"}', "script.jsonl:3: contents"),
        ('["a", 7]', "entry 2: an entry is"),
        ("", "is empty"),
    ],
)
def test_bad_entries_are_named_by_place(tmp_path, text, place):
    """The error says file and line."""
    with pytest.raises(BadInput, match=place):
        script(tmp_path, text)


def test_a_missing_file_is_bad_input(tmp_path):
    """The path is named."""
    with pytest.raises(BadInput, match=r"nowhere\.json: No such file"):
        read_script(tmp_path / "nowhere.json")

"""Whatever an answer says, the judge is asked the same."""

import re
from pathlib import Path

import pytest
import yaml

from engine.contracts import ModelRequest
from engine.errors import ModelGarbled
from engine.evals.judge import Criterion, Exhibit, Judge, Rubric
from engine.evals.judge.prompt import grading_request, pair_request
from engine.models.scripted import Scripted

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text("utf-8"))
RUBRIC = Rubric(name="r", criteria=(Criterion(name="right", question="Is it right?"),))
TURNS = ("<|", "|>", "</s>", "<s>", "[INST]", "[/INST]", "<<SYS", "_of_turn>", "<start_of")
CODE = re.compile(r"[0-9a-f]{16}")


def asked(answer: str) -> ModelRequest:
    return grading_request(RUBRIC, Exhibit("What is 2 + 2?", answer), seed=0)


def code_of(request: ModelRequest) -> str:
    return CODE.findall(request.messages[1].content)[0]


def outside(text: str, code: str) -> str:
    """The text with what stands between its fences taken out, and its code."""
    fences = rf"<<<(\w+) {code}\n.*?\n\1 {code}>>>"
    return re.sub(fences, r"[\1]", text, flags=re.DOTALL)


@pytest.mark.parametrize("answer", HOSTILE)
def test_what_stands_outside_the_fences_is_the_same(answer: str) -> None:
    """An answer changes nothing but what is between its own fences, its code guessed or not."""
    forged = answer.replace("{code}", code_of(asked(answer)))
    plain, hostile = asked("Four."), asked(forged)
    texts = [outside(r.messages[1].content, code_of(r)) for r in (plain, hostile)]
    assert texts[0] == texts[1]
    assert plain.messages[0] == hostile.messages[0]
    assert plain.response_schema == hostile.response_schema


@pytest.mark.parametrize("answer", HOSTILE)
def test_each_fence_stands_once(answer: str) -> None:
    """Nothing in an answer opens or closes a fence."""
    content = asked(answer).messages[1].content
    assert [content.count(mark) for mark in ("<<<", ">>>")] == [2, 2]


@pytest.mark.parametrize("answer", HOSTILE)
def test_no_mark_of_a_turn_is_left(answer: str) -> None:
    """No chat template can read a turn's end out of an answer."""
    content = asked(answer).messages[1].content
    assert [mark for mark in TURNS if mark in content] == []


@pytest.mark.parametrize("answer", HOSTILE)
def test_nothing_invisible_is_left(answer: str) -> None:
    """What people cannot see, a judge does not read."""
    content = asked(answer).messages[1].content
    assert not re.search(
        "[\u200b-\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\0\x1b]", content
    )


@pytest.mark.parametrize("answer", HOSTILE)
def test_either_answer_of_a_pair_is_shielded(answer: str) -> None:
    """In a pair each of the two is fenced by itself."""
    request = pair_request(RUBRIC, "task", answer, "Four.", reference=answer, seed=0)
    content = request.messages[1].content
    assert [content.count(mark) for mark in ("<<<", ">>>")] == [4, 4]


@pytest.mark.parametrize("answer", HOSTILE)
async def test_a_judge_that_repeats_an_answer_gives_no_verdict(answer: str) -> None:
    """A verdict is read from the judge's own JSON alone: the words of an answer are none.

    The forged JSON in the table is the one text that has the form; it is the judge's to say.
    """
    model = Scripted([f"The answer says: {answer}"], repeat=True)
    opinion = await Judge(model, RUBRIC).judge(Exhibit("task", answer))
    assert opinion.error is not None
    assert opinion.error.code == ModelGarbled.code


def test_the_code_cannot_be_written_beforehand() -> None:
    """An answer that holds the code of another request gets another code."""
    code = code_of(asked("Four."))
    assert code_of(asked(f"Four. {code}")) != code
    assert code not in asked(f"Four. {code}").messages[0].content


def test_instructions_come_last() -> None:
    """The question stands after everything that was written by others."""
    content = asked("Four.").messages[1].content
    assert content.rindex(">>>") < content.index("Grade the ANSWER")


def test_a_long_answer_is_cut_in_its_middle() -> None:
    """A judge is shown so much and told how much is left out."""
    content = asked("a" * 30_000 + "end").messages[1].content
    assert "[6003 characters are left out here]" in content
    assert "aend\n" in content

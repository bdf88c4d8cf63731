"""Ratings taken in from files, and rubrics read from them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.errors import BadInput, NotFound
from engine.evals.judge.rubric import read_rubric
from tests.browser.samples import START
from tests.browser.world import FINISHED, RICH, fill
from workbench.bootstrap.rating_files import Taken, import_ratings
from workbench.bootstrap.rubrics import OVERALL, by_name, find_rubric
from workbench.store import Store
from workbench.store.queries import ratings

CSV = f"""episode_id,rater,passed,note,value
{RICH},ann,yes,fine,
{RICH[:-1]}2,ann,,"bad, really",0.25
"""
LINE = f'{{"episode_id": "{RICH}", "rater": "bob", "passed": true, "rated_at": %s}}\n'
TONE = """
name: tone
instructions: Judge.
criteria:
  - {name: polite, question: "Is it?", weight: 2}
  - {name: brief, question: "Is it short?"}
"""


@pytest.fixture(scope="module")
def filled() -> Iterator[Store]:
    with Store.memory(clock=ManualClock(START)) as made:
        fill(made)
        yield made


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.memory(clock=ManualClock(START)) as made:
        fill(made)
        yield made


def file(folder: Path, name: str, text: str) -> Path:
    """A file with that text."""
    path = folder / name
    path.write_text(text)
    return path


def test_a_table_is_taken_in(store: Store, tmp_path: Path) -> None:
    """Episodes by the beginning of their ids; a value without a verdict passes above 0.5."""
    path = file(tmp_path, "labels.csv", CSV)
    assert import_ratings(store, path, OVERALL) == Taken(2, 2)
    rows = ratings.standing(store.lake).select("run_id", "value", "passed", "note").rows()
    assert rows == [(FINISHED, 1.0, True, "fine"), (FINISHED, 0.25, False, "bad, really")]


def test_a_file_is_taken_in_once(store: Store, tmp_path: Path) -> None:
    """Again it adds nothing, also where the rater has said something else meanwhile."""
    path = file(tmp_path, "labels.csv", CSV)
    import_ratings(store, path, OVERALL)
    import_ratings(store, file(tmp_path, "new.csv", CSV.replace("yes", "no")), OVERALL)
    assert import_ratings(store, path, OVERALL) == Taken(2, 0)
    assert ratings.standing(store.lake)["passed"].to_list() == [False, False]


def test_a_time_tells_ratings_apart(store: Store, tmp_path: Path) -> None:
    """The same said twice is two ratings, and the file is still taken in once."""
    path = file(tmp_path, "labels.jsonl", LINE % 1.5 + "\n" + LINE % 2.5)
    assert import_ratings(store, path, OVERALL) == Taken(2, 2)
    assert import_ratings(store, path, OVERALL) == Taken(2, 0)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.jsonl", "{", "a.jsonl:1: no JSON"),
        ("a.jsonl", LINE % "0" + "[]", "a.jsonl:2: "),
        ("a.jsonl", '{"episode_id": "ep-none", "rater": "x", "passed": true}', "a.jsonl:1: no epi"),
        ("a.jsonl", f'{{"episode_id": "{RICH}", "rater": "x"}}', "neither passed nor value"),
        ("a.jsonl", LINE % "-1", "rated_at"),
        ("a.csv", "episode_id,rater,value\nep-a,x,7\n", "a.csv:2: value"),
        ("a.csv", "episode_id,who,value\nep-a,x,1\n", "rater: Field required; who: Extra"),
        ("a.csv", "episode_id,rater,passed\nep-a,x,maybe\n", "passed"),
        ("a.csv", f"episode_id,rater,passed,criterion\n{RICH},x,1,tone\n", "no criterion 'tone'"),
        ("a.txt", "", "neither .jsonl nor .csv"),
    ],
)
def test_a_bad_line_is_named(
    filled: Store, tmp_path: Path, name: str, text: str, message: str
) -> None:
    """And nothing of the file is taken in."""
    with pytest.raises(BadInput) as caught:
        import_ratings(filled, file(tmp_path, name, text), OVERALL)
    assert message in str(caught.value)
    assert ratings.every(filled.lake).is_empty()


def test_several_criteria_have_to_be_named(filled: Store, tmp_path: Path) -> None:
    """Whose word it is cannot be guessed."""
    rubric = read_rubric(file(tmp_path, "tone.yaml", TONE))
    with pytest.raises(BadInput, match=r"several criteria .*polite, brief"):
        import_ratings(filled, file(tmp_path, "a.csv", CSV), rubric)


def test_a_rubric_is_read_with_its_digest(tmp_path: Path) -> None:
    """The digest is of all that the file holds: what judges are told belongs to it."""
    rubric = read_rubric(file(tmp_path, "tone.yaml", TONE))
    asked = [(criterion.name, criterion.question) for criterion in rubric.criteria]
    assert asked == [("polite", "Is it?"), ("brief", "Is it short?")]
    other = read_rubric(file(tmp_path, "other.yaml", TONE.replace("Judge.", "Judge!")))
    assert rubric.hash != other.hash


@pytest.mark.parametrize(
    "text",
    ["[]", "name: x", "name: x\ncriteria: []", "criteria: [a]", "name: x\ncriteria: [a, a]", "{"],
)
def test_what_is_no_rubric_is_refused(tmp_path: Path, text: str) -> None:
    """With the file's name."""
    with pytest.raises(BadInput, match=r"bad\.yaml"):
        read_rubric(file(tmp_path, "bad.yaml", text))


def test_rubrics_are_found_by_name(tmp_path: Path) -> None:
    """`overall` is always there; an unknown name tells those there are."""
    tone = read_rubric(file(tmp_path, "tone.yaml", TONE))
    offered = by_name([tone])
    assert (find_rubric("", offered), find_rubric("tone", offered)) == (OVERALL, tone)
    with pytest.raises(NotFound, match="known: overall, tone"):
        find_rubric("wit", offered)
    with pytest.raises(BadInput, match="two rubrics are named 'tone'"):
        by_name([tone, tone.model_copy(update={"threshold": 0.9})])

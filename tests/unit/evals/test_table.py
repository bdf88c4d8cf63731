"""Suites out of one's own tables."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from engine.errors import BadInput, NotFound
from engine.evals.table import load_table

ROWS = [{"q": "1+1", "a": 2, "kind": "x"}, {"q": "2+2", "a": 4, "kind": "y"}]
FIELDS = {"input": "q", "target": "a"}


def _write(folder: Path, suffix: str) -> Path:
    path = folder / f"own{suffix}"
    frame = pl.DataFrame(ROWS)
    if suffix == ".csv":
        frame.write_csv(path)
    elif suffix == ".parquet":
        frame.write_parquet(path)
    elif suffix == ".jsonl":
        frame.write_ndjson(path)
    else:
        path.write_bytes(gzip.compress(frame.write_ndjson().encode()))
    return path


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl", ".jsonl.gz"])
def test_every_format(tmp_path: Path, suffix: str) -> None:
    """Each format gives the same tasks; cells of CSV are texts."""
    suite = load_table(_write(tmp_path, suffix), fields=FIELDS, scorers=["numeric"])
    assert [(t.id, t.input, str(t.target)) for t in suite.tasks] == [
        ("00001", "1+1", "2"),
        ("00002", "2+2", "4"),
    ]
    assert (suite.name, suite.teams[0].name) == ("own", "solver")


def test_family_column(tmp_path: Path) -> None:
    """A column may name each row's family."""
    suite = load_table(_write(tmp_path, ".csv"), fields=FIELDS | {"family": "kind"})
    assert [f.name for f in suite.families] == ["x", "y"]


def test_columns_of_the_very_names(tmp_path: Path) -> None:
    """Columns named as the fields need no map; choices may be parted by bars."""
    path = tmp_path / "t.csv"
    path.write_text("id,input,target,choices\nk7,Which?,red,red|blue\n", "utf-8")
    [task] = load_table(path, scorers=["choice"]).tasks
    assert (task.id, task.target, task.choices) == ("k7", "red", ("red", "blue"))


def test_hash_covers_content_and_recipe(tmp_path: Path) -> None:
    """Other rows, another map or other scorers are another suite."""
    path = _write(tmp_path, ".csv")
    hashes = {
        load_table(path, fields=FIELDS).hash,
        load_table(path, fields=FIELDS, scorers=["numeric"]).hash,
        load_table(path, fields={"input": "a", "target": "q"}).hash,
        load_table(path, fields=FIELDS).hash,
    }
    path.write_text(path.read_text().replace("4", "5"))
    assert len(hashes | {load_table(path, fields=FIELDS).hash}) == 4


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("t.csv", "q,a\n1,\n", "t.csv: row 1: no target in column 'a' (columns: q, a)"),
        ("t.csv", "x,a\n1,2\n", "t.csv: row 1: no input in column 'q' (columns: x, a)"),
        ("t.csv", "", "t.csv: no readable table: empty CSV"),
        ("t.csv", "q,a\n", "t.csv: there are no tasks"),
        ("t.jsonl", '{"q": "x", "a": 1}\n\n{"q":', "t.jsonl:3: no JSON: "),
        ("t.jsonl", "[1]", "t.jsonl:1: no JSON object"),
        ("t.jsonl", '{"q": [{"role": "boss"}], "a": 1}', "t.jsonl:1: input"),
        ("t.jsonl", '{"q": "x", "a": {}}', "t.jsonl:1: scorer exact: target has to be a text"),
        ("t.jsonl.gz", "plain", "t.jsonl.gz: no gzip file"),
        ("t.parquet", "plain", "t.parquet: no readable table"),
    ],
)
def test_row_at_fault(tmp_path: Path, name: str, text: str, words: str) -> None:
    """A row that cannot be used is named with what is wrong."""
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(BadInput) as refused:
        load_table(tmp_path / name, fields=FIELDS)
    assert words in str(refused.value)


def test_doubled_id(tmp_path: Path) -> None:
    """Two rows of one id are refused."""
    path = tmp_path / "t.csv"
    path.write_text("id,input,target\n1,a,b\n1,c,d\n")
    with pytest.raises(BadInput, match=r"row 2: a second task with the id '1'"):
        load_table(path)


def test_unknown_field(tmp_path: Path) -> None:
    """A map of an unknown field is refused with those there are."""
    with pytest.raises(BadInput, match=r"no field question .*fields: id, family, input"):
        load_table(_write(tmp_path, ".csv"), fields={"question": "q"})


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is missed by name."""
    with pytest.raises(NotFound, match="no such file"):
        load_table(tmp_path / "none.csv")

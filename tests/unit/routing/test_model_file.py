"""A classifier's file is what was written, or it is refused."""

import json

import pytest

from engine.errors import BadInput
from engine.routing.classifier import LinearClassifier
from engine.routing.model_file import read_model, write_model
from tests.unit.routing.conftest import Letters


def test_what_is_written_is_read(trained, tmp_path):
    """With its digest, which names it in every decision."""
    written = write_model(trained, tmp_path / "below" / "model.json")
    assert read_model(tmp_path / "below" / "model.json") == written
    assert LinearClassifier(written, Letters()).digest == written.digest != ""
    assert [path.name for path in (tmp_path / "below").iterdir()] == ["model.json"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data["models"][0].update(intercept=0.5), "was changed after it was written"),
        (lambda data: data["card"].update(rows=9), "was changed after it was written"),
        (lambda data: data.update(digest=""), "was changed after it was written"),
        (lambda data: data.update(format="pickle"), "format: "),
        (lambda data: data["means"].pop(), "weights and features differ in number"),
        (lambda data: data.update(embedder=None), "embedding weights and embedder do not fit"),
        (lambda data: data["prototypes"][0].pop(), "prototypes are of another space"),
        (lambda data: data.update(code="import os"), "code: Extra inputs"),
    ],
)
def test_what_was_changed_is_refused(trained, tmp_path, change, said):
    """With the file's name and what is wrong with it."""
    path = tmp_path / "model.json"
    write_model(trained, path)
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput, match=f"model.json: .*{said}"):
        read_model(path)


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"[]", b'{"means": [NaN]}'])
def test_a_foreign_file_is_refused(tmp_path, content):
    """A pickle too: nothing of it is executed."""
    (tmp_path / "model.json").write_bytes(content)
    with pytest.raises(BadInput, match=r"model\.json"):
        read_model(tmp_path / "model.json")


def test_a_file_that_is_not_there_is_said(tmp_path):
    """By name."""
    with pytest.raises(BadInput, match=r"none\.json: No such file"):
        read_model(tmp_path / "none.json")


def test_a_classifier_of_other_features_is_refused(trained):
    """As is one whose embedder is not at hand: its weights would mean nothing."""
    with pytest.raises(BadInput, match="reads features of version 99"):
        LinearClassifier(trained.model_copy(update={"features_version": 99}), Letters())
    with pytest.raises(BadInput, match="needs letters-4"):
        LinearClassifier(trained)

"""The rubrics that raters are offered."""

import asyncio
import json
from pathlib import Path

import pytest

from engine.contracts import Json
from engine.errors import BadInput, NotFound
from engine.evals.judge import Rubric
from tests.unit.store import facts
from workbench.bootstrap import Bench, Request, evaluate
from workbench.bootstrap.rubrics import OVERALL, Rubrics
from workbench.settings import Settings
from workbench.store import Store

TONE: Json = {"name": "tone", "criteria": [{"name": "polite", "question": "Is it polite?"}]}
LENGTH: Json = {"name": "length", "criteria": [{"name": "brief", "question": "Is it brief?"}]}
INNER: Json = {"kind": "composite", "name": "in", "parts": [{"kind": "judge", "rubric": LENGTH}]}
SCORERS: list[Json] = [
    {"kind": "human", "rubric": TONE},
    {"kind": "composite", "name": "whole", "parts": ["exact", INNER]},
]


def run(store: Store, path: Path, scorers: list[Json] = SCORERS) -> str:
    """A run of a table that is scored so."""
    path.write_text(json.dumps({"input": "say", "target": "say"}))
    bench = Bench(Settings(home=path.parent), store)
    judge = path.with_suffix(".json")
    judge.write_text('["no"]')
    request = Request(str(path), agents=("echo",), scorers=scorers, judge=f"scripted:{judge}")
    return asyncio.run(evaluate(request, bench))[0]


def test_a_suites_judges_and_people_lend_their_rubrics(store: Store, tmp_path: Path) -> None:
    """Those within composites too, with the hash under which a judge looks for ratings."""
    offered = Rubrics(store).of([run(store, tmp_path / "t.jsonl")])
    assert [*offered] == ["tone", "length", "overall"]
    assert offered["tone"].hash == Rubric.parse(json.dumps(TONE)).hash


def test_a_files_rubric_goes_before_a_suites(store: Store, tmp_path: Path) -> None:
    """What is given by hand is meant."""
    mine = Rubric.parse(json.dumps({**TONE, "threshold": 0.9}))  # type: ignore[dict-item]
    assert Rubrics(store, [mine]).of([run(store, tmp_path / "t.jsonl")])["tone"] is mine


def test_runs_without_a_suite_are_asked_by_overall(store: Store, tmp_path: Path) -> None:
    """Recorded elsewhere, or of a suite that is gone."""
    lost = run(store, tmp_path / "t.jsonl")
    (tmp_path / "t.jsonl").unlink()
    with store.recorder() as recorder:
        recorder.add(facts.run())
    rubrics = Rubrics(store)
    assert rubrics.of([lost]) == rubrics.of([facts.RUN]) == {"overall": OVERALL}


def test_a_name_that_two_suites_use_wants_a_run(store: Store, tmp_path: Path) -> None:
    """Ratings by the wrong one would never meet the judge's."""
    other: Json = {**TONE, "threshold": 0.9}  # type: ignore[dict-item]
    one = run(store, tmp_path / "a.jsonl")
    run(store, tmp_path / "b.jsonl", [{"kind": "human", "rubric": other}])
    rubrics = Rubrics(store)
    with pytest.raises(BadInput, match="several suites have a rubric 'tone'"):
        rubrics.find("tone")
    assert rubrics.find("tone", [one]).threshold == 0.5
    assert rubrics.find("length").name == "length"


def test_an_unknown_name_tells_those_there_are(store: Store, tmp_path: Path) -> None:
    """Of every suite."""
    run(store, tmp_path / "t.jsonl")
    with pytest.raises(NotFound, match="known: overall, tone, length"):
        Rubrics(store).find("wit")

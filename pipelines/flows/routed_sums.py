"""A router to look at where a store has none: sums that two scripted models know, real in all else.

The runs are evaluations like any other; what the models know is drawn by a seed. So what comes out
shows how a router is read, and says nothing of any model.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from workbench.bootstrap.api import evaluate
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries.routing import routers

ROUTER: Final = "sums"
KNOWN: Final = {
    "low": {"sum": 0.85, "chain": 0.35, "record": 0.9},
    "high": {"sum": 0.9, "chain": 0.85, "record": 0.95},
}
"""Chance that a tier's model knows a task, by family."""
_EACH: Final = 20
"""Tasks of a family."""
_CALLS: Final = {"low": 1, "high": 5}
"""What an answer takes: the high one is the vote of five."""
_RECORD: Final = {
    "type": "object",
    "properties": {"result": {"type": "integer"}},
    "required": ["result"],
    "additionalProperties": False,
}
_ASKED: Final = {
    "sum": "Give the number alone.",
    "chain": "Work from left to right. Give the number alone.",
    "record": "Give the number as JSON.",
}

Task = dict[str, Any]


def route_sums(home: str | Path | None) -> bool:
    """Evaluate both tiers and then the router, if the store has no router's decision yet.

    Gives whether it did. The suite, the scripts and the router's file are put into home.
    """
    settings = Settings.load(home=None if home is None else Path(home))
    with Store.open(settings) as store:
        if not routers(store.lake).is_empty():
            return False
    folder = settings.home.absolute() / "routers"
    suite, tasks = folder / "sums_suite", list(_tasks(random.Random(0)))
    scripts = {tier: folder / f"sums_{tier}.jsonl" for tier in KNOWN}
    suite.mkdir(parents=True, exist_ok=True)
    (suite / "suite.yaml").write_text(yaml.safe_dump(_suite()))
    _write_lines(suite / "tasks.jsonl", tasks)
    for tier, path in scripts.items():
        _write_lines(path, list(_script(tier, tasks)))
    (folder / f"{ROUTER}.yaml").write_text(yaml.safe_dump(_router(scripts)))
    for model in (*(f"scripted:{path}" for path in scripts.values()), f"router:{ROUTER}"):
        evaluate(suite, model=model, home=settings.home)
    return True


def _tasks(draw: random.Random) -> Iterator[Task]:
    for family, length in (("sum", 2), ("chain", 5), ("record", 2)):
        for number in range(_EACH):
            terms = [draw.randint(11, 99) for _ in range(length)]
            text = f"{' + '.join(map(str, terms))} = ?"
            yield {"id": f"{family}-{number:02}", "family": family, "input": text} | {
                "target": sum(terms)
            }


def _script(tier: str, tasks: list[Task]) -> Iterator[dict[str, Any]]:
    draw = random.Random(tier)
    for task in tasks:
        knows = draw.random() < KNOWN[tier][task["family"]]
        number = task["target"] if knows else task["target"] + draw.choice((-10, -1, 1, 10))
        text = f'{{"result": {number}}}' if task["family"] == "record" else str(number)
        took = {"input_tokens": 20, "output_tokens": 4, "calls": 1}
        usage = {name: count * _CALLS[tier] for name, count in took.items()}
        yield {"when": task["input"], "content": text, "usage": usage}


def _suite() -> dict[str, Any]:
    families = [_family(name) for name in _ASKED]
    return {
        "name": "sums",
        "version": "1.0",
        "description": "Sums by heart, of two numbers and of five.",
        "families": families,
        "teams": [_team(name) for name in _ASKED],
    }


def _family(name: str) -> dict[str, Any]:
    scorer = {"kind": "numeric"} | ({"answer_field": "result"} if name == "record" else {})
    return {"name": name, "description": name, "team": name, "scorers": [scorer]}


def _team(name: str) -> dict[str, Any]:
    agent = {"name": "reckoner", "instructions": _ASKED[name], "max_output_tokens": 16}
    schema = {"response_schema": _RECORD} if name == "record" else {}
    return {"name": name, "entry": "reckoner", "agents": [agent | schema]}


def _router(scripts: dict[str, Path]) -> dict[str, Any]:
    def tier(name: str) -> dict[str, Any]:
        return {
            "name": name,
            "model": f"scripted:{scripts[name]}",
            "max_context_tokens": 2_000,
            "json_schema": True,
            "input_usd": 0.0,
            "output_usd": 0.0,
            "calls": _CALLS[name],
        }

    tiers = [tier(name) for name in scripts]
    return {"name": ROUTER, "tiers": tiers, "default_tier": "low", "quality_target": 0.6}


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))

"""`workbench ratings` from start to finish."""

import json
from pathlib import Path

from tests.integration.cli.conftest import Run


def test_ratings_from_a_file_to_agreement(workbench: Run, tmp_path: Path) -> None:
    """Two raters' labels of a run's answers come in, and are compared."""
    workbench("eval", "helpdesk", "--agent", "echo", "--limit", "4")
    episodes = json.loads(workbench("episodes", "list", "last", "--json").stdout)
    ids = [row["episode_id"] for row in episodes]
    lines = [
        {"episode_id": episode, "rater": rater, "passed": rater == "ann" or place < 2}
        for rater in ("ann", "bob")
        for place, episode in enumerate(ids)
    ]
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = workbench("ratings", "import", "labels.jsonl", "--json")
    assert json.loads(done.stdout) == {"ratings": 8, "new": 8}
    found = json.loads(workbench("ratings", "agreement", "--run", "last", "--json").stdout)
    assert (found["pairs"][0]["agreed"], len(found["disagreements"])) == (0.5, 2)
    progress = json.loads(workbench("ratings", "queue", "--sample", "3", "--json").stdout)
    assert progress["raters"] == [{"rater": "ann", "rated": 3}, {"rater": "bob", "rated": 3}]

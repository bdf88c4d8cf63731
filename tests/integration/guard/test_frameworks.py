"""The documented programs that put the guard around other frameworks."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["langgraph", "openai_agents", "pydantic_ai"])
def test_the_guard_cuts_a_loop_inside_another_framework(name: str) -> None:
    """Each program ends by itself, cut by the guard for the loop its model is in."""
    python = ROOT / ".rivals" / name / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{name} is not installed: make rivals")
    done = subprocess.run(
        [python, ROOT / "docs" / "guard" / f"{name}_guard.py"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.strip() == "cut after 5 steps: same_result", done.stderr


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The snippet on the page is cut at its fifth step."""
    page = (ROOT / "docs" / "guard" / "README.md").read_text()
    exec(page.split("```python\n")[1].split("```")[0], {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.splitlines()[-1].startswith("cut same_result (0, 1, 2, 3, 4)")

"""What the files at the root promise."""

import re
import tomllib
from pathlib import Path

import yaml

import workbench as wb

ROOT = Path(__file__).parents[3]


def test_conda_and_pip_state_the_same_ranges() -> None:
    """environment.yml lists what pyproject.toml does, the embedded model's wheels aside."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = set(project["dependencies"]).union(
        *(extra for name, extra in extras.items() if name != "local")
    )
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert set(conda[-1]["pip"]) == wanted
    assert f"python{project['requires-python']}" in conda


def test_the_lock_names_no_address() -> None:
    """The lock pins with hashes and without any URL."""
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|--index-url|--find-links", lock)
    assert "--hash=sha256:" in lock


def test_every_dependency_is_locked() -> None:
    """Each requirement of pyproject.toml has its pin."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(name for extra in extras for name in extra)]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in wanted}
    lock = (ROOT / "requirements.lock").read_text()
    pins = set(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", lock, re.MULTILINE))
    assert names - pins == set()


def test_the_suite_of_the_readme_can_be_evaluated(tmp_path: Path) -> None:
    """What the README shows of an own suite and an own agent is a file that runs as it stands."""
    blocks = (ROOT / "README.md").read_text().split("```python\n")[1:]
    text = next(block.split("```")[0] for block in blocks if "def nightly" in block)
    (tmp_path / "own.py").write_text(text)
    board = wb.evaluate(
        f"{tmp_path / 'own.py'}:nightly",
        agent=f"{tmp_path / 'own.py'}:my_agent",
        home=tmp_path / "home",
    )
    assert board["passed"].to_list() == [1.0]

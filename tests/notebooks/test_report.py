"""Reports: notebooks executed with other parameters, as pages that need nothing from outside."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import workbench as wb
from engine.errors import BadInput, WorkbenchError
from pipelines.flows import steps
from pipelines.flows.page import write_page
from pipelines.flows.reporting import find_notebook
from workbench.bootstrap import Request
from workbench.bootstrap.points import conclusion
from workbench.settings import Settings


class Page(HTMLParser):
    """What a page shows, and what it would load."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag in {"script", "link", "img", "iframe", "base"}:
            self.loads += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in {"script", "style"}:
            self.text += data


def test_a_report_stands_alone(tmp_path: Path) -> None:
    """The runs of a tag stand in one page, without code, and it loads nothing."""
    settings = Settings(home=tmp_path / "home")
    request = Request("helpdesk", agents=("echo", "constant"), limit=6, tags=("t",))
    echo, constant = steps.score(settings, request)
    command = [Path(sys.executable).parent / "workbench", "--home", settings.home, "report"]
    done = subprocess.run(
        [*command, echo, "--tag", "t", "--out", tmp_path, "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    path = Path(json.loads(done.stdout)["report"])
    page = Page(path)
    assert path == tmp_path / f"{echo}-01_explore_a_run.html"
    assert page.loads == []
    assert echo in page.text
    assert constant in page.text
    assert "The best beside it, constant, passes" in page.text
    assert "import" not in page.text


@pytest.mark.data("tau-bench")
def test_recordings_come_out_as_published(tmp_path: Path, data_home: Path) -> None:
    """The second notebook, given recordings, shows their known figures."""
    given = {"recordings": str(data_home / "tau-bench")}
    page = Page(write_page(find_notebook("02_recorded_agents"), given, tmp_path / "r.html"))
    assert "standard error is 0.0349874; clustered by the 50 tasks it is 0.0522162" in page.text
    assert "72.0 % pass in at least one of 4 tries, 20.0 % in every one" in page.text
    assert "Of 251 calls that were repeated, 249 gave the same output" in page.text


def test_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    """The message lists those that the notebook declares."""
    with pytest.raises(BadInput, match=r"no parameter rum .*its parameters: beside, home, run"):
        write_page(find_notebook("01_explore_a_run"), {"rum": 1}, tmp_path / "r.html")


def test_a_failing_cell_is_named(tmp_path: Path) -> None:
    """Notebook, cell and error; no page is left behind."""
    notebook = find_notebook("02_recorded_agents")
    given = {"recordings": str(tmp_path / "nothing-here")}
    with pytest.raises(WorkbenchError, match=r"02_recorded_agents.ipynb, cell \d+: NotFound"):
        write_page(notebook, given, tmp_path / "r.html")
    assert not (tmp_path / "r.html").exists()


def test_two_runs_come_out_as_the_command_compares_them(tmp_path: Path) -> None:
    """The third notebook's conclusion is that of the comparison itself."""
    settings = Settings(home=tmp_path / "home")
    echo, constant = steps.score(settings, Request("helpdesk", agents=("echo", "constant")))
    given = {"home": str(settings.home), "run": constant, "against": echo}
    page = Page(write_page(find_notebook("03_compare_two_runs"), given, tmp_path / "r.html"))
    found = wb.compare(echo, constant, home=settings.home)
    assert conclusion(found) in " ".join(page.text.split())
    assert found.tasks["episode_b"][0] in page.text

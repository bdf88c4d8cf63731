"""The notebook about routers, on a store that has none."""

from pathlib import Path

import workbench as wb
from pipelines.flows.page import write_page
from pipelines.flows.reporting import find_notebook
from pipelines.flows.routed_sums import ROUTER
from tests.notebooks.test_report import Page
from workbench.store.queries.routing import misroutes


def test_an_empty_store_gets_a_router_to_look_at(tmp_path: Path) -> None:
    """It is said that it is an example; what is concluded is what the queries say."""
    home = tmp_path / "home"
    notebook = find_notebook("08_router_analysis")
    text = " ".join(
        Page(write_page(notebook, {"home": str(home)}, tmp_path / "r.html")).text.split()
    )
    with wb.open(home) as store:
        found = misroutes(store.lake, store.runs().filter(model=f"router:{ROUTER}")["run_id"][0])
    assert "its tiers are scripts" in text
    assert found.rate is not None
    assert f"Misrouted: {100 * found.rate:.1f} %" in text

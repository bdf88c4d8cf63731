"""Take the README's pictures anew, from the program itself over a store with a real run.

workbench --home HOME eval helpdesk --model small --agent default \
        --agent constant --agent echo --agent random
workbench --home HOME eval helpdesk --model small --model large --model router:embedded --limit 18
python -m tests.browser.screenshots HOME docs/img
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import polars as pl

from tests.browser.cdp import Browser, Tab
from tests.browser.server import serving
from workbench.bootstrap.lineup import lineup
from workbench.store import open_store

SIZE = (1400, 900)
_SETTLE_S = 3.0  # figures are drawn after the text that is waited for


def subjects(home: Path) -> dict[str, tuple[str, str]]:
    """For each picture the page's path and a text that says it is there."""
    with open_store(home) as store:
        routed = lineup(store)[0]
        run = store.runs().filter(model="small").sort("planned")["run_id"][-1]
        passed = store.episodes(routed).filter("passed").select("episode_id", "steps")
        agents = store.steps(run=routed).group_by("episode_id").agg(pl.col("agent").n_unique())
        richest = passed.join(agents, on="episode_id").sort("agent", "steps", descending=True)
    return {
        "overview": ("", "Latest runs"),
        "run": (f"run?id={run}", "Provenance"),
        "router": ("router", "Misroutes"),
        "episode": (f"episode?id={richest['episode_id'][0]}", "Transcript"),
    }


async def picture(tab: Tab, url: str, text: str) -> bytes:
    """The page once it shows the text and has come to rest."""
    await tab.resize(*SIZE)
    await tab.goto(url)
    await tab.sees(text)
    await asyncio.sleep(_SETTLE_S)
    return await tab.screenshot()


async def main(home: Path, folder: Path) -> None:
    """Write a PNG for each subject."""
    wanted = subjects(home)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        async with serving(home) as site, Browser(Path(profile)) as browser:
            for name, (path, text) in wanted.items():
                image = await picture(await browser.tab(), site.page(path), text)
                (folder / f"{name}.png").write_bytes(image)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))

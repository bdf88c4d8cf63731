"""A process that calls a guarded tool again and again, and writes down what became of each call.

`python -m tests.browser.tool_caller HOME LOG`: a line a call, `ok` or the error's code.
"""

import asyncio
import sys
from pathlib import Path

from engine.errors import WorkbenchError
from engine.tools import Site
from tests.browser.tool_world import SUITE
from workbench.bootstrap import Bench
from workbench.bootstrap.tooling import equipped
from workbench.settings import Settings
from workbench.store import Store

EVERY_S = 0.1


async def main(home: Path, log: Path) -> None:
    """Call until the process is ended."""
    settings = Settings.load(home=home)
    with Store.memory() as store:
        async with equipped(SUITE, Bench(settings, store)) as ready:
            while True:
                try:
                    await ready.tools.call("find_order", {"order": "7"}, site=Site("acme"))
                    said = "ok"
                except WorkbenchError as error:
                    said = error.code
                with log.open("a") as file:
                    file.write(f"{said}\n")
                await asyncio.sleep(EVERY_S)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))

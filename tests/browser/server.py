"""The dashboards as a user starts them, in a process of their own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_START_S = 60.0
_BESIDE = str(Path(__file__).parents[2])  # the code that these tests are of


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and the token it wants."""

    url: str
    token: str

    def page(self, path: str) -> str:
        """A page's address with the token."""
        return f"{self.url}/{path}{'&' if '?' in path else '?'}token={self.token}"


@asynccontextmanager
async def serving(
    home: Path, author: str = "tester", *options: str | Path
) -> AsyncIterator[Address]:
    """`workbench dashboards` on a free port, over the store in `home`."""
    command = Path(sys.executable).with_name("workbench")
    process = await asyncio.create_subprocess_exec(
        *(command, "--home", home, "dashboards", "--port", "0", *options),
        env={"WORKBENCH_AUTHOR": author, "PATH": "/usr/bin:/bin", "PYTHONPATH": _BESIDE},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        line = (await asyncio.wait_for(process.stdout.readline(), _START_S)).decode().strip()
        url = urlsplit(line)
        yield Address(f"http://{url.netloc}", parse_qs(url.query)["token"][0])
    finally:
        process.terminate()
        await process.wait()

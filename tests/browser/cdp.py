"""A real browser, driven over the Chrome DevTools Protocol.

`Browser` starts headless Chromium with an empty profile; each `Tab` keeps what it asked of the
network and what was written to its console, so that a test can say what must not be in there.
"""

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
_START_S = 30.0
_CALL_S = 30.0
_WAIT_S = 20.0
_POLL_S = 0.05

# The text a person sees: through shadow roots too, in which Panel draws its components.
_PIERCE = """
(() => {
  const walk = (node, found) => {
    found.push(node);
    if (node.shadowRoot) walk(node.shadowRoot, found);
    for (const child of node.children || []) walk(child, found);
    return found;
  };
  window.__all = (selector) => walk(document.documentElement, []).filter(
    (node) => node.matches && node.matches(selector));
  window.__text = () => walk(document.documentElement, [])
    .filter((node) => !['STYLE', 'SCRIPT'].includes(node.nodeName))
    .flatMap((node) => [...node.childNodes].filter((child) => child.nodeType === 3))
    .map((child) => child.data).join(' ').replace(/\\s+/g, ' ');
})()
"""


class Tab:
    """One page, with its network requests and console lines since it was opened."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())
        self.requests: list[str] = []
        self.statuses: dict[str, int] = {}
        self.errors: list[str] = []

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol; raises `RuntimeError` with the browser's words."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        answer = await asyncio.wait_for(self._answers[number], _CALL_S)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    async def goto(self, url: str) -> None:
        """Open a page; returns when its document stands."""
        await self.call("Page.navigate", url=url)
        await self.until("document.readyState === 'complete'")

    async def run(self, script: str) -> Any:
        """What a JavaScript expression gives; `__all(selector)` and `__text()` see everything."""
        found = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(f"{script}: {found['exceptionDetails']}")
        return found["result"].get("value")

    async def until(self, script: str) -> Any:
        """Wait until an expression is true; raises `AssertionError` with the page's text."""
        try:
            async with asyncio.timeout(_WAIT_S):
                while not (found := await self._attempt(script)):
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            text = await self._attempt("__text()")
            raise AssertionError(f"never true: {script}\n{text}\n{self.errors}") from None
        return found

    async def sees(self, *texts: str) -> None:
        """Wait until the page shows each text."""
        for text in texts:
            await self.until(f"__text().includes({json.dumps(text)})")

    async def text(self) -> str:
        """Everything the page says."""
        return str(await self.run("__text()"))

    async def click(self, selector: str, text: str = "") -> None:
        """Click on the first element that matches and holds `text`, once it is there."""
        holding = f"n => n.textContent.includes({json.dumps(text)})"
        await self.until(
            f"(() => {{ const found = __all({json.dumps(selector)}).find({holding});"
            " if (found) { found.focus(); found.click(); } return !!found; })()"
        )

    async def type(self, selector: str, text: str) -> None:
        """Click into an input and type, with Enter at the end."""
        await self.click(selector)
        await self.call("Input.insertText", text=text)
        await self.press("Enter", text="\r", windowsVirtualKeyCode=13)

    async def press(self, key: str, text: str | None = None, **about: Any) -> None:
        """Press a key and let it go; a letter writes itself where there is a field to write in."""
        written = text if text is not None else key if len(key) == 1 else ""
        for kind, said in (("keyDown", written), ("keyUp", "")):
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, text=said, **about
            )

    async def choose(self, label: str, option: str) -> None:
        """Choose an option of the drop-down list with this label."""
        await self.run(
            f"(() => {{ const box = __all('select').find("
            f"n => n.getRootNode().textContent.includes({json.dumps(label)}));"
            f" box.value = [...box.options].find(o => o.text === {json.dumps(option)}).value;"
            " box.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )

    async def screenshot(self) -> bytes:
        """The window as PNG."""
        found = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(found["data"])

    async def resize(self, width: int, height: int) -> None:
        """Set the window's size in pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def close(self) -> None:
        """Close the page."""
        await self.call("Page.close")
        await self._connection.close()
        self._reader.cancel()

    async def start(self) -> Self:
        """Begin to listen."""
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=_PIERCE)
        return self

    async def _attempt(self, script: str) -> Any:
        """As `run`; nothing while the page is between two documents."""
        try:
            return await self.run(script)
        except RuntimeError:
            return None

    async def _read(self) -> None:
        with suppress(ConnectionClosed):  # the browser has ended
            async for data in self._connection:
                message = json.loads(data)
                if "id" in message:
                    self._answers.pop(message["id"]).set_result(message)
                else:
                    self._heed(message["method"], message["params"])

    def _heed(self, event: str, params: dict[str, Any]) -> None:
        match event:
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(params["url"])
            case "Network.responseReceived":
                self.statuses[params["response"]["url"]] = params["response"]["status"]
            case "Runtime.exceptionThrown":
                self.errors.append(json.dumps(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if params["type"] in {"error", "assert"}:
                self.errors.append(json.dumps(params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.errors.append(json.dumps(params["entry"]))


class Browser:
    """Headless Chromium; `async with` starts and ends it."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._process: asyncio.subprocess.Process | None = None
        self._address = ""

    async def __aenter__(self) -> Self:
        assert CHROMIUM
        self._process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            *_FLAGS,
            f"--user-data-dir={self._profile}",
            "about:blank",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port_file = self._profile / "DevToolsActivePort"
        async with asyncio.timeout(_START_S):
            while not (port_file.exists() and len(port_file.read_text().splitlines()) == 2):
                await asyncio.sleep(_POLL_S)
        port, path = port_file.read_text().splitlines()
        self._address = f"ws://127.0.0.1:{port}"
        self._path = path
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process:
            self._process.terminate()
            await asyncio.wait_for(self._process.wait(), _START_S)

    async def tab(self) -> Tab:
        """A new page; all of them share cookies and cache."""
        async with connect(self._address + self._path, proxy=None) as control:
            target = await _ask(control, "Target.createTarget", url="about:blank")
        url = f"{self._address}/devtools/page/{target['targetId']}"
        return await Tab(await connect(url, proxy=None, max_size=None)).start()


async def _ask(connection: ClientConnection, method: str, **params: Any) -> Any:
    await connection.send(json.dumps({"id": 1, "method": method, "params": params}))
    while "id" not in (answer := json.loads(await connection.recv())):
        continue
    return answer["result"]

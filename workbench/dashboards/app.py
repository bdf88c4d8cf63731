"""The dashboards as one server on loopback."""

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Any, Final

from tornado.websocket import WebSocketClosedError

from engine.evals.judge.rubric import Rubric
from workbench.bootstrap.rubrics import by_name
from workbench.dashboards.guard import server_options
from workbench.dashboards.pages.contracts import contracts_page
from workbench.dashboards.pages.episode import episode_page
from workbench.dashboards.pages.escalations import escalations_page
from workbench.dashboards.pages.golden import golden_page
from workbench.dashboards.pages.label import label_page
from workbench.dashboards.pages.overview import overview_page
from workbench.dashboards.pages.router import router_page
from workbench.dashboards.pages.run import run_page
from workbench.dashboards.pages.runs import runs_page
from workbench.dashboards.pages.tools import tools_page
from workbench.dashboards.scrape import MetricsHandler
from workbench.dashboards.toolkit import pn
from workbench.dashboards.tools_at import ToolsAt
from workbench.dashboards.watch import Watch
from workbench.settings import Settings
from workbench.store import Store

HOST: Final = "127.0.0.1"
_CLOSED_MS: Final = 5_000
"""How long a page that was closed goes on asking the store; one that lost its line comes back."""
_TITLES: Final = {
    "/": "Overview",
    "/runs": "Runs",
    "/run": "Run",
    "/episode": "Episode",
    "/router": "Router",
    "/contracts": "Contracts",
    "/escalations": "Escalations",
    "/tools": "Tools",
    "/golden": "Golden tasks",
    "/label": "Label",
}


def create_pages(
    store: Store, settings: Settings, rubrics: Sequence[Rubric] = ()
) -> dict[str, Callable[[], Any]]:
    """A function for each address, which makes the page anew for each visit.

    `rubrics` are offered to raters beside `overall` and those of suites; raises `BadInput` where
    two have one name.
    """
    by_name(rubrics)
    watch, author = Watch(store), settings.author
    at = ToolsAt(store, settings)
    return {
        "/": lambda: overview_page(store, watch),
        "/runs": lambda: runs_page(store, watch, author),
        "/run": lambda: run_page(store, watch, author),
        "/episode": lambda: episode_page(store, watch, settings),
        "/router": lambda: router_page(store, watch, settings),
        "/contracts": lambda: contracts_page(store, watch),
        "/golden": lambda: golden_page(store, watch),
        "/escalations": lambda: escalations_page(store, watch, settings),
        "/tools": lambda: tools_page(at),
        "/label": lambda: label_page(store, watch, author, rubrics),
    }


def start(
    store: Store,
    settings: Settings,
    *,
    port: int,
    token: str | None,
    rubrics: Sequence[Rubric] = (),
) -> Any:
    """Listen on 127.0.0.1 (port 0: a free one); gives the server, whose `port` says where.

    Pages and `/metrics` want the token where one is given. Raises `OSError` where the port is
    taken.
    """
    pn.extension("tabulator", notifications=False)
    port = port or _free_port()
    return pn.io.server.get_server(
        create_pages(store, settings, rubrics),
        port=port,
        address=HOST,
        title={address: f"{title} - Agent workbench" for address, title in _TITLES.items()},
        websocket_origin=[f"{HOST}:{port}", f"localhost:{port}"],
        unused_session_lifetime_milliseconds=_CLOSED_MS,
        check_unused_sessions_milliseconds=_CLOSED_MS,
        extra_patterns=[("/metrics", MetricsHandler, {"store": store})],
        **server_options(token, port),
    )


def run(server: Any) -> None:
    """Serve until interrupted; then end every session and let go of the port."""
    server.start()
    logging.getLogger("bokeh.server.views.ws").setLevel(logging.ERROR)
    server.io_loop.asyncio_loop.set_exception_handler(_report)
    try:
        server.io_loop.start()
    finally:
        server.stop()


def serve(store: Store, settings: Settings, *, port: int, token: str | None) -> None:
    """`start` and `run` in one."""
    run(start(store, settings, port=port, token=token))


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say what went wrong in the background; a page that was closed meanwhile is nothing wrong."""
    if not isinstance(context.get("exception"), WebSocketClosedError):
        loop.default_exception_handler(context)


def _free_port() -> int:
    """A port nobody listens at: it has to be known before the server allows its own origin."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])

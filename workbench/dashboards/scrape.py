"""`/metrics`, for Prometheus."""

import asyncio

from bokeh.server.views.auth_request_handler import AuthRequestHandler
from tornado.web import authenticated

from workbench.bootstrap.exposition import exposition
from workbench.store import Store


class MetricsHandler(AuthRequestHandler):
    """Answers with every metric, read out of the store."""

    for_programs = True
    """A token in its address is taken as it is: scrapers keep no cookies."""

    def initialize(self, store: Store) -> None:
        """Take the store to read."""
        self._store = store

    @authenticated
    async def get(self) -> None:
        """The Prometheus text format."""
        body = await asyncio.to_thread(exposition, self._store)
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.finish(body)

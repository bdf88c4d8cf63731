"""Who may see the dashboards: whoever has the token that was printed at start-up.

The token comes once in the URL and then stands in a cookie of this port, which scripts cannot read
and other sites cannot send; programs such as Prometheus send it as a bearer token.
"""

import hmac
from typing import Any, Final

from bokeh.server.auth_provider import AuthProvider
from tornado.httputil import url_concat
from tornado.web import Finish, RequestHandler

_WEEK_DAYS: Final = 7
_HOLDER: Final = "holder"
_REFUSAL: Final = (
    "403: this page wants the token that `workbench dashboards` printed when it started.\n"
    "Open the whole address it gave, with ?token=... at its end.\n"
)


class TokenAuth(AuthProvider):
    """Lets requests in that bear the token, and answers 403 to all others."""

    def __init__(self, token: str, port: int) -> None:
        self._token = token
        self.cookie = f"workbench-{port}"
        super().__init__()

    @property
    def get_user(self) -> Any:
        """The hook that Bokeh asks before every page, socket and metric."""
        return self._admit

    @property
    def login_url(self) -> str:
        """Asked for by Bokeh, never used: there is nothing to log in with but the token."""
        return "/"

    def _admit(self, handler: RequestHandler) -> str:
        if self._is_token(handler.get_query_argument("token", None)):
            if not getattr(handler, "for_programs", False):
                self._remember(handler)
            return _HOLDER
        if self._is_token(handler.get_cookie(self.cookie)) or self._is_token(_bearer(handler)):
            return _HOLDER
        handler.set_status(403)
        handler.set_header("Content-Type", "text/plain; charset=utf-8")
        handler.finish(_REFUSAL)
        raise Finish

    def _remember(self, handler: RequestHandler) -> None:
        """Put the token in the cookie, and send the browser to the address without it."""
        handler.set_cookie(
            self.cookie, self._token, httponly=True, samesite="Strict", expires_days=_WEEK_DAYS
        )
        kept = [
            (name, value)
            for name in handler.request.query_arguments
            for value in handler.get_query_arguments(name)
            if name != "token"
        ]
        handler.redirect(url_concat(handler.request.path, kept))
        raise Finish

    def _is_token(self, given: str | None) -> bool:
        return given is not None and hmac.compare_digest(given.encode(), self._token.encode())


def server_options(token: str | None, port: int) -> dict[str, Any]:
    """What the server has to be told so that the token guards it; nothing without one.

    The cookie is kept out of the page: Bokeh would write a visitor's cookies into it.
    """
    if token is None:
        return {}
    auth = TokenAuth(token, port)
    hidden = {"exclude_cookies": [auth.cookie], "exclude_headers": ["Cookie", "Authorization"]}
    return {"auth_provider": auth, **hidden}


def _bearer(handler: RequestHandler) -> str | None:
    kind, _, value = handler.request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None

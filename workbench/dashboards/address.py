"""What the address of a page asks for, and what a page writes there."""

from collections.abc import Mapping
from urllib.parse import urlencode

from workbench.dashboards.toolkit import pn


def asked(name: str) -> str:
    """A parameter of this visit's address, the last one where there are several; else empty."""
    values = pn.state.session_args.get(name, [])
    return values[-1].decode("utf-8", errors="replace") if values else ""


def write_address(parameters: Mapping[str, str]) -> None:
    """Put parameters into the address without loading the page again."""
    if pn.state.location:
        pn.state.location.search = f"?{urlencode(parameters)}" if parameters else ""

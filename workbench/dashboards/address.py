"""What the address of a page asks for."""

from workbench.dashboards.toolkit import pn


def asked_id(default: str = "") -> str:
    """The `id` in the address of this visit; the last one where there are several."""
    values = pn.state.session_args.get("id", [])
    return values[-1].decode("utf-8", errors="replace") if values else default

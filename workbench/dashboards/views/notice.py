"""What a page says of itself."""

from datetime import UTC, datetime

from engine.errors import WorkbenchError
from workbench.dashboards.markup import render


def draw_notice(error: WorkbenchError | None) -> str:
    """Why a page has nothing to show, and what helps; empty where it has."""
    if error is None:
        return ""
    return render("notice.html", message=error.message, hint=error.hint)


def draw_stamp(now: float) -> str:
    """When a page last took in something new."""
    return render("stamp.html", moment=datetime.fromtimestamp(now, UTC))

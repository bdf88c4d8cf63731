"""What Prefect is told before it is imported: a home of its own, and nothing sent anywhere."""

from pathlib import Path


def prefect_environment(home: Path) -> dict[str, str]:
    """Variables for Prefect and for the flows that it starts; `home` is the store's."""
    return {
        "WORKBENCH_HOME": str(home.resolve()),
        "PREFECT_HOME": str(home.resolve() / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
        # A first start on a busy machine makes its database too.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    }

"""Logs as the settings say, with what they must not show masked."""

from functools import cache

from engine.privacy import Detector
from engine.telemetry import configure
from workbench.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Set the form and least level of log lines; every line is redacted.

    Plain URLs are shown: they say which server failed. Credentials and e-mail addresses in them
    are masked all the same.
    """
    configure(redact=_detector().redact_data, form=settings.log_format, level=settings.log_level)


@cache
def _detector() -> Detector:
    return Detector(without=("URL",))

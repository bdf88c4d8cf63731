"""Every format that is read, by name."""

from collections.abc import Mapping
from typing import Final

from engine.interchange.atif import ATIF
from engine.interchange.chat import CHAT
from engine.interchange.inspect import INSPECT
from engine.interchange.openhands import OPENHANDS
from engine.interchange.reading import Format
from engine.interchange.spans import OTLP
from engine.interchange.swe_agent import SWE_AGENT
from engine.interchange.tau_bench import TAU_BENCH

FORMATS: Final[Mapping[str, Format]] = {
    form.source: form for form in (TAU_BENCH, INSPECT, SWE_AGENT, ATIF, OPENHANDS, OTLP, CHAT)
}
"""By the name that the command line, a run's `source` and unknown fields bear."""

"""Metrics with a meaning each, and structured logs."""

from engine.telemetry.facts import FactLog, FactMetrics, Tee, safety_gauges, status_gauges
from engine.telemetry.logs import bind, configure, get_logger
from engine.telemetry.metrics import METRICS, Metric, Metrics

__all__ = [
    "METRICS",
    "FactLog",
    "FactMetrics",
    "Metric",
    "Metrics",
    "Tee",
    "bind",
    "configure",
    "get_logger",
    "safety_gauges",
    "status_gauges",
]

"""Numbers about scores: one file each, none needs another."""

from engine.statistics.clustered import clustered_standard_error
from engine.statistics.intervals import Interval, t_interval, wilson_interval
from engine.statistics.mean import mean, standard_error
from engine.statistics.pass_at_k import pass_at_k
from engine.statistics.pass_hat_k import pass_hat_k

__all__ = [
    "Interval",
    "clustered_standard_error",
    "mean",
    "pass_at_k",
    "pass_hat_k",
    "standard_error",
    "t_interval",
    "wilson_interval",
]

"""Episodes recorded elsewhere, as facts like any other."""

from engine.interchange.tau_bench import read_tau_bench

__all__ = ["read_tau_bench"]

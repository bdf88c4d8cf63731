"""Episodes recorded elsewhere as facts like any other, and ours in forms that others read."""

from engine.interchange.tau_bench import read_tau_bench

__all__ = ["read_tau_bench"]

"""Episodes recorded elsewhere, or led by somebody else's code, as facts like any other."""

from engine.interchange.chronicle import Chronicle
from engine.interchange.tau_bench import read_tau_bench

__all__ = ["Chronicle", "read_tau_bench"]

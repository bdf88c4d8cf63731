"""Whether a replay finds what has changed, where it has, and nothing else; and how fast it is.

`recordings` reads the public recordings and makes full ones of them, `edits` changes these with a
seed, `run` makes the metrics.
"""

from pipelines.bench.replay.run import measure

__all__ = ["measure"]

"""What calls cost that are kept from failing, and whether a breaker does what it promises.

`overhead` and `trial` measure the primitives, `rivals` what others do in the same run; `run` puts
the parts together. `journal` measures calls made at most once. `storm` simulates clients in an
outage: no figure of a benchmark.
"""

from pipelines.bench.reliability.run import measure

__all__ = ["measure"]

"""How well a guard tells loops from work, and what it costs.

`seeded` plants loops with known truth (`loops`, `routines`, `reword`, `material`); `who_and_when`
and `tau_bench` read recordings. `detectors` and `rivals` are what is tried on them, `case` counts,
`crossfit` chooses thresholds, `spend` estimates tokens, `overhead` takes the time. `on_seeded`,
`on_failures` and `on_successes` make the metrics of each set.
"""

from pipelines.bench.loop_guard.run import measure

__all__ = ["measure"]

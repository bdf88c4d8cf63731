"""How well recorded judges agree with human labels, alone and as a jury, on LLMBar.

`llmbar` reads the set, `published` makes its statistics anew, `on_jury` weighs the judges.
"""

from pipelines.bench.judges.run import measure

__all__ = ["measure"]

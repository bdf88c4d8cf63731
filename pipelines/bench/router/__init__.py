"""Routing between a weak and a strong model, measured by RouteLLM's own protocol.

Ong et al., 2024, "RouteLLM: Learning to Route LLMs with Preference Data".
"""

from pipelines.bench.router.run import measure

__all__ = ["measure"]

"""Benchmarks of what keeps tools from failing their agents."""

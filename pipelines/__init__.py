"""Flows, benchmarks and load profiles."""

"""Primitives to run, route and protect LLM agents; no user interface, scheduler or database."""

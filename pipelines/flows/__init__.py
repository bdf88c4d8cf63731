"""Flows: evaluation, report and maintenance, by hand, as commands, or on Prefect's schedules."""

"""The store's schema as numbered steps: `NNNN_name.sql`, and `.lake.sql` for DuckLake alone.

A step that has been released never changes; a new one follows it.
"""

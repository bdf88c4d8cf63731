"""The store, the dashboards and the `workbench` command."""

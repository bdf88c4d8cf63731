"""What pages show: pure functions from what was loaded to HTML or to a table. None asks a store."""

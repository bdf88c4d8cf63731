"""Benchmarks: one file each, with a function `measure(options)`."""

"""Primitives that keep calls from hanging or failing for nothing; none imports another."""

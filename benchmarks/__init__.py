"""Benchmarks: what the book's code costs, against what one would take in its place."""

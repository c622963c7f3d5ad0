"""Signals on their way through deep networks."""

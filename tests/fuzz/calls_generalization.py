"""Good calls of `lib.generalization`."""

CALLS = {}

"""Good calls of `lib.pde`."""

CALLS = {}

"""Good calls of `lib.linear`."""

CALLS = {}

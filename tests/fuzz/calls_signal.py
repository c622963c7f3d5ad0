"""Good calls of `lib.signal`."""

CALLS = {}

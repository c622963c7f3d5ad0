"""Good calls of `lib.ode`."""

CALLS = {}

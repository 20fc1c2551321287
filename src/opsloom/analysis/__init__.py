"""Pure functions on the shared model: no I/O, no clock, no network."""

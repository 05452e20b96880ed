"""The real state machines on the real handlers."""

"""The restore protocol: the order of writes and calls that lets every target be put back.

Each function is a generator of effects, so that the handlers and the simulation run the same code.
The rules and the story behind each are in docs/protocol.md.
"""

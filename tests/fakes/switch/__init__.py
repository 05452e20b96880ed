"""A small fault for the tests of the protocol: it dims a switch, then turns it off.

It takes two announced changes, each of which is in force some time after AWS took it, ends by itself,
and is undone by a recipe: what the switch was set to is a secret that may not be stored.
"""

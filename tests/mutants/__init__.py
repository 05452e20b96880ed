"""Mutation testing: what share of small changes to the shipped Python the tests notice."""

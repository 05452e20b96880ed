"""A kit that asks a real account what only AWS can show, and writes down what it answered."""

import infra  # noqa: F401  # makes the functions' own code importable

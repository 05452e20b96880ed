"""The workload of the kit: a function behind every cheap source, and what watches it."""

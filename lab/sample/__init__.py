"""A workload to break: one consumer function behind a queue, a stream and a table."""

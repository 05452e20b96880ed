"""Step Functions: our subset of its language, in virtual time."""

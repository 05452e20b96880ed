"""Expectations held against the evidence of a run; pure. What is not known is never healthy."""

"""The faults whose targets are event source mappings, and all that only mappings have."""

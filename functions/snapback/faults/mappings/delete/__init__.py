"""Delete event source mappings, and make them again as they were."""

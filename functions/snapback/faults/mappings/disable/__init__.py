"""Disable event source mappings, and enable again those that were."""

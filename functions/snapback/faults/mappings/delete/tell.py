"""What the report tells of mappings that were deleted."""

from snapback.faults.mappings.telling import effect, left_to_do, tell, title

__all__ = ["effect", "left_to_do", "tell", "title"]

"""The proof as a page."""

"""The domain of Snapback: pure decisions, no AWS, no clock, no environment."""

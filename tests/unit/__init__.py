"""The domain alone: no AWS, no clock, no state machine."""

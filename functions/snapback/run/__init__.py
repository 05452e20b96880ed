"""The fault window: prepare, inject a batch, observe, watch the recovery."""

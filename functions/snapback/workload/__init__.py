"""What feeds a function and where its events go, read once for whoever asks."""

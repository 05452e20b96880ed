"""The values that all rooms share; they import nothing from the others."""

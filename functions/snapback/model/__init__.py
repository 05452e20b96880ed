"""The values that everything is told in; they import nothing of the other rooms."""

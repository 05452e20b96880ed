"""The report as one self-contained HTML page: readable without a network or a script."""

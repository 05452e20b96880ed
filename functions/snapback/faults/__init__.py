"""The faults: what is broken and how it is put back, one package each."""

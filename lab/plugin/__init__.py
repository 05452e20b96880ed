"""What the lab adds to LocalEmu 1.3.2: a runtime for functions without containers, and fixes, one module each."""

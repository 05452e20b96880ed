"""An experiment as it goes, in the terminal; for AWS and for the lab alike."""

import infra  # noqa: F401  # makes the functions' own code importable

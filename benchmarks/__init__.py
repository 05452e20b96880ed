"""What Snapback claims, measured: several ways to take mappings away and put them back, side by side."""

import infra  # noqa: F401  # lets the handlers and the domain be found

"""An AWS account in virtual time: its APIs over the wire, its functions and its executions."""

"""The lab: an AWS on this machine, to run Snapback and a sample workload against."""

from lab.session import Lab, LabError, running, start, status, stop

__all__ = ["Lab", "LabError", "running", "start", "status", "stop"]

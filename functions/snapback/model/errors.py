"""Every error a state machine can match; each says what the workflow does next.

Lambda reports the bare class name and Step Functions compares names exactly, so the list is flat.
"""


class SnapbackError(Exception):
    """The common base, for tests and type hints; never raised and never matched by name."""


class InvalidExperiment(SnapbackError):
    """The request is refused before anything is touched; the execution fails with every problem."""


class TargetsLocked(SnapbackError):
    """Another experiment holds a target; what was locked is released and the execution fails."""


class TargetsChanged(SnapbackError):
    """A target changed between validation and its lock; locks are released, the execution fails."""


class WindowClosed(SnapbackError):
    """The experiment is no longer running; the window ends and its targets are restored."""


class InjectionFailed(SnapbackError):
    """AWS refused the change; the window ends and its targets are restored."""


class InjectionUnknown(SnapbackError):
    """Nobody knows whether the change took effect; it is restored once it can no longer land."""


class TargetsNotRestored(SnapbackError):
    """Targets are not back yet; restore retries, and a report that still finds them fails."""


class NotTold(SnapbackError):
    """The topic did not take a notice; Lambda runs the handler again, in the end an alarm rings."""


class TargetsDiffer(SnapbackError):
    """A restored target is not equal to its snapshot; the report fails and names each field."""

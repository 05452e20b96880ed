"""What a fault is: the questions it answers about its targets, and the values it answers with.

A fault is a package with four modules, each loaded only where it is asked, so that what puts
targets back depends on nothing that plans or tells:

| module | asks | who asks |
|---|---|---|
| `plan` | which targets, can they be put back, the plan in sentences | validation, the snapshot |
| `act` | what excludes a target, its snapshot, the changes that break it, how it looks | the window |
| `undo` | put it back, compare it, by hand | everything that restores |
| `tell` | was it felt, what the report shows | the report |

Beside them, `permissions` says what each question needs of IAM (`protocol.permissions`); it is read
where roles are made, and never at run time.

A target is known by two strings: its `key`, which is unique among all targets and never changes,
and its `name`, which AWS and people call it by and which a restore may change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from snapback.model.effects import Answer, Call, Document, Step
from snapback.model.evidence import Evidence
from snapback.model.experiment import Experiment
from snapback.model.findings import Findings
from snapback.model.records import Target
from snapback.model.source import Source
from snapback.model.timings import Timings


@dataclass(frozen=True, slots=True)
class Chosen:
    """One target that a request means, and the document that AWS has of it."""

    name: str
    key: str
    document: Document


@dataclass(frozen=True, slots=True)
class Choice:
    """The targets that a request means, one line for each thing that is wrong, and warnings."""

    targets: tuple[Chosen, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a proof knows besides the targets.

    `function` is the configuration of the experiment's function, `now` an epoch second,
    `restoring_role` the ARN of the role that puts targets back, empty if that is not known,
    `allowed_tag` the tag whose value `true` opts a resource in, `requests_per_second` what all
    batches of the experiment send to Lambda together, and `table_key` the ARN of the customer's
    key that encrypts what is stored, empty if there is none.
    """

    function: Document
    timings: Timings
    now: float
    restoring_role: str
    allowed_tag: str
    requests_per_second: int
    table_key: str = ""


class Plan(Protocol):
    """The module `plan` of a fault."""

    Input: type[Any]
    """Its own keys besides the common ones: a frozen dataclass whose docstrings are the reference."""

    def choose(self, experiment: Experiment, function_arn: str) -> Step[Choice]:
        """Find the targets; `function_arn` is unqualified."""

    def identify(self, names: Sequence[str]) -> Step[list["str | Unfit"]]:
        """The key of each target, in order, as it is now; Unfit where there is none."""

    def prove(
        self, experiment: Experiment, targets: Sequence[Chosen], around: Circumstances
    ) -> Step[Findings]:
        """What must hold so that exactly these targets can be put back."""

    def describe(self, target: Target, now: float) -> Step[list[str]]:
        """What would happen to a captured target, in sentences."""


@dataclass(frozen=True, slots=True)
class View:
    """What one read that targets share has shown: answers by name, or why there are none.

    It may lag behind, and need not say all of each: what matters is then read alone.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    problem: str = ""

    @property
    def documents(self) -> tuple[Document, ...]:
        """What it has shown, without what was left out of each."""
        return tuple(each.body for each in self.answers.values())


@dataclass(frozen=True, slots=True)
class Terms:
    """What a capture knows of its experiment; times are epoch seconds."""

    experiment: Experiment
    timings: Timings
    captured_at: float


@dataclass(frozen=True, slots=True)
class Captured:
    """A target as it was read under its lock, and what puts it back.

    `undo` is the exact request, or a recipe from which `restore` makes the request in memory where
    the request itself may not be stored.
    """

    key: str
    snapshot: Document
    undo: Document


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a target cannot be taken: it is gone, in transition, or could not be put back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Breaking:
    """The one call of a stage; `fault_ends_at` is when the fault ends by itself, 0 if it does not."""

    call: Call
    fault_ends_at: float = 0


@dataclass(frozen=True, slots=True)
class InForce:
    """The change holds, since this epoch second."""

    since: float


@dataclass(frozen=True, slots=True)
class Failed:
    """AWS accepted the change and gave it up later; the target is put back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """How a fault's targets look at one moment.

    `states` is the state of each by its key, in words; `settled` whether none of them is in
    transition; `signals` are further named parts of the sample, such as the depths of queues.
    """

    states: dict[str, str]
    settled: bool
    signals: dict[str, Any] = field(default_factory=dict)


class Act(Protocol):
    """The module `act` of a fault."""

    def locks(self, key: str) -> tuple[str, ...]:
        """The names of a target's locks, which keep other experiments away from it."""

    def look(self, targets: Sequence[Target]) -> Step[View]:
        """One read for a whole batch, handed to the questions about each of its targets."""

    def snapshot(
        self, target: Target, terms: Terms, view: View
    ) -> Step["Captured | Unfit | Pending"]:
        """Read the target, which is locked, and say how it will be put back.

        Pending while it is in transition: an earlier round may have just put it back.
        """

    def stages(self, target: Target) -> tuple[float, ...]:
        """When each announced change is due: seconds after the fault came into force.

        `(0,)` for most. Those due at 0 follow each other as soon as the one before is in force, and
        with the last of them the fault itself is.
        """

    def inject(self, target: Target, stage: int, view: View) -> Step[Breaking | Unfit]:
        """The one call of a stage, or why not; it only reads, the protocol sends the call."""

    def in_force(self, target: Target, stage: int) -> Step["InForce | Pending | Failed"]:
        """Whether the change of a stage holds: AWS may accept it before it applies it."""

    def sample(self, targets: Sequence[Target], experiment: Experiment) -> Step[Sample]:
        """Look at all targets at once."""

    def sources(self, targets: Sequence[Target]) -> Step[list[Source]]:
        """What feeds the functions that the targets are about."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of a restore: the terminal status, the name that the target has now, and a reason.

    `acknowledged` says that the request of this very attempt made it so.
    """

    status: str
    name: str = ""
    reason: str = ""
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """Not yet, and why; the protocol tries again."""

    reason: str
    unheard: bool = False
    """Whether a request was sent that nobody answered: it may still take effect."""


class Undo(Protocol):
    """The module `undo` of a fault."""

    def foreign(self, target: Target, experiment: Experiment) -> str:
        """Why the record of a captured target is not about a target of the experiment, or "".

        What is not is never put back: whoever can write to the table could have others' resources
        made or changed.
        """

    def look(self, targets: Sequence[Target]) -> Step[View]:
        """One read for all targets that are put back or verified together."""

    def restore(self, target: Target, view: View) -> Step[Settled | Pending]:
        """One attempt to put the target back, safe to repeat and to run twice at once.

        The view is a recent one, and newer than the attempt before.
        """

    def verify(self, target: Target, view: View) -> Step[Document | Pending]:
        """Compare the target with its snapshot: at least `{equal, fields, differences}`.

        What the view does not show is read alone.
        """

    def by_hand(self, target: Target) -> str:
        """The command with which a person puts the target back."""


class Tell(Protocol):
    """The module `tell` of a fault."""

    def effect(self, evidence: Evidence) -> bool | None:
        """Whether the fault was felt; None if that is not measurable."""

    def title(self, target: Target) -> str:
        """What people call the target."""

    def tell(self, target: Target) -> dict[str, Any]:
        """What the report adds to a target's status and times.

        Its page shows `facts`, a list of `{name, value}` in words, and charts what waited in the
        source with the ARN `source_arn`; both may be missing. The rest is for machines.
        """

    def left_to_do(self, targets: Sequence[Target]) -> dict[str, Any]:
        """What people have to do once everything is back: `{summary, …}`; {} if nothing."""

"""The mutants that are known to change nothing: `equivalent.toml`."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.every import Mutant


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change that makes no difference, wherever in its function it is made, and why."""

    module: str
    function: str
    before: str
    after: str
    reason: str

    def __str__(self) -> str:
        return f"{self.module} {self.function}: {self.before} → {self.after}"

    def is_of(self, mutant: Mutant) -> bool:
        """Whether a mutant is this change."""
        change = (mutant.path, mutant.place.function, mutant.before, mutant.after)
        return change == (self.module, self.function, self.before, self.after)


class NotApplied(Exception):
    """An entry is no mutant of the code as it stands."""


def load(path: Path, possible: Iterable[Mutant]) -> list[Equivalent]:
    """The entries of a file; NotApplied with a line for each one that is no possible mutant."""
    entries = tomllib.loads(path.read_text()).get("equivalent", ())
    listed = [Equivalent(**{**each, "after": one}) for each in entries for one in each["after"]]
    mutants = list(possible)
    unused = [each for each in listed if not any(map(each.is_of, mutants))]
    if unused:
        raise NotApplied("\n".join(f"{path.name}: there is no mutant {each}" for each in unused))
    return listed

"""From a proof to its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from prove.proof import counts, held
from snapback.report.page import words

_PAGES = Environment(
    loader=ChoiceLoader([PackageLoader("prove", "page"), PackageLoader("snapback.report", "page")]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.globals |= {"words": words}


def page(proof: Mapping[str, Any]) -> str:
    """The whole page as HTML; every text of the proof in it is escaped."""
    checks = {each["id"]: each for each in proof["checks"]}
    template = _PAGES.get_template("proof.html.jinja")
    return template.render(
        proof=proof,
        checks=checks,
        counts=counts(proof),
        held=held(proof),
        runs=list(_runs(proof["evidence"])),
    )


def _runs(evidence: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every experiment of the evidence, wherever it is."""
    for each in evidence.values():
        yield from each.get("runs", ())
        if "run" in each:
            yield each["run"]

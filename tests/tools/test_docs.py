"""The pages that people read first: what they quote, name and link exists."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from infra import FUNCTIONS, ROOT
from infra.report_reference import PARTS
from snapback.model.records import SAMPLES, SNAPSHOTS, TARGETS, Meta, Snapshot, Target
from snapback.rescue import abandonment
from snapback.validate.request import parse

DOCS = ROOT / "docs"
WALK = DOCS / "one-experiment.md"
INDEX = DOCS / "README.md"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])

OF_EVERY_ITEM = {"pk", "sk", "version"}
RECORDS = {"meta": Meta, SNAPSHOTS: Snapshot, TARGETS: Target}
"""What an item is read back as, by how its sort key begins."""


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def fenced(page: Path, language: str) -> list[str]:
    """The blocks of a page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


def prose(page: Path) -> str:
    """A page without its fenced and indented blocks."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(?:(?<=\n\n)|(?<=^))(?: {4}\S.*\n)+", "", text)


SOURCES = [path.read_text() for path in sorted(FUNCTIONS.rglob("*.py"))]


@pytest.mark.parametrize("block", fenced(WALK, "python"), ids=lambda block: block.split("\n")[0])
def test_the_walk_quotes_code_as_it_is(block: str) -> None:
    assert any(block in each for each in SOURCES), (
        "the code has changed: quote it anew, and read what is said of it"
    )


def test_the_walk_reads_one_step_line_by_line() -> None:
    [step] = [block for block in fenced(WALK, "python") if block.startswith("def _break")]
    _, table = WALK.read_text().split("| line | what happens |\n")
    explained = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    starts = [step.index(line) for line in explained]
    assert starts
    assert starts == sorted(starts), "in the order of the code"


def shown() -> Iterator[dict[str, Any]]:
    """Every item of the experiments table that the walk shows."""
    for block in fenced(WALK, "json"):
        if "sk" in (item := json.loads(block)):
            yield item


def attributes(record: type[Any]) -> set[str]:
    return {each.name for each in fields(record)}


def test_the_walk_shows_every_kind_of_item() -> None:
    kinds = {item["sk"].split("#")[0] for item in shown()}
    assert kinds == {"meta", "target", "target-snapshot", "sample", "report", "lock"}


@pytest.mark.parametrize("begins", RECORDS)
def test_the_walk_shows_items_with_the_attributes_that_they_have(begins: str) -> None:
    items = [item for item in shown() if item["sk"].startswith(begins)]
    known = attributes(RECORDS[begins]) | OF_EVERY_ITEM | ({"open"} if begins == "meta" else set())
    assert items
    for item in items:
        assert set(item) <= known


def test_the_walk_shows_a_sample_as_the_report_has_it() -> None:
    [item] = [item for item in shown() if item["sk"].startswith(SAMPLES)]
    documented = re.findall(r"\w+", PARTS["samples"].split("}")[0])[3:]
    assert set(item) - OF_EVERY_ITEM - {"settled"} == set(documented)


def test_the_walk_begins_with_an_input_that_is_valid() -> None:
    assert parse(json.loads(fenced(WALK, "json")[0])).problems == ()


@pytest.mark.parametrize("page", [WALK, ROOT / "CONTRIBUTING.md"], ids=relative)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`([\w.-]+/(?:[\w/.-]+\.\w+|[\w/-]+/)?)`", page.read_text())
    roots = (ROOT, FUNCTIONS, FUNCTIONS / "snapback")
    assert named
    assert [each for each in named if not any((root / each).exists() for root in roots)] == []


def test_a_target_is_abandoned_as_the_operator_is_told() -> None:
    told = re.findall(r"--input '({.*})'", (DOCS / "operations.md").read_text())
    [asked] = [each for each in map(json.loads, told) if "reason" in each]
    given_up = abandonment.parse(asked)
    assert (given_up.by, given_up.value) == ("name", "OLD_UUID")


def links(page: Path) -> list[str]:
    """The relative links of a page."""
    found = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    return [each for each in found if not re.match(r"[a-z]+:", each)]


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in titles}


def dead(page: Path) -> Iterator[str]:
    """The links of a page that lead nowhere."""
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in headings(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert list(dead(page)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One two\n\n[a](#one-two) [b](#three) [c](none.md) [d](https://aws.com)\n")
    assert list(dead(page)) == ["#three", "none.md"]


def test_the_index_links_every_file_of_docs() -> None:
    linked = {(DOCS / each).resolve() for each in links(INDEX)}
    files = {path for path in DOCS.rglob("*") if path.is_file()} - {INDEX}
    assert {relative(each) for each in files - linked} == set()


def test_the_readme_leads_to_the_walk_first() -> None:
    _, read_the_code = (ROOT / "README.md").read_text().split("## Read the code\n")
    [first, *_] = re.findall(r"\]\(([^)]+)\)", read_the_code)
    assert first == "docs/one-experiment.md"

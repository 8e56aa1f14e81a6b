"""Files that a task calls by their kind: both exporters, the usage page of the docs, the readme."""

from __future__ import annotations

import pytest

from fanout.plan.order import named_kinds
from fanout.plan.read import registry
from fanout.plan.reading import Source

TREE = frozenset(
    [
        *("README.md", "docs/usage.md", "docs/format.md", "src/exporters/__init__.py", "src/exporters/csv_exporter.py"),
        *(
            "src/exporters/html_exporter.py",
            "src/json_parser.py",
            "src/xml_parser.py",
            "src/ini_parser.py",
            "src/cli.py",
        ),
        "tests/test_csv_exporter.py",
    ]
)
EXPORTERS = ["src/exporters/csv_exporter.py", "src/exporters/html_exporter.py"]
PARSERS = ["src/ini_parser.py", "src/json_parser.py", "src/xml_parser.py"]


def read(item, tree=TREE):
    text = f"# T\n\n1. {item}\n2. Add src/z.py\n"
    return named_kinds.resolve(registry.read(Source("-", "", text, "/nowhere")), tree)


@pytest.mark.parametrize(
    ("item", "writes"),
    [
        ("Both exporters lose the cents; please fix it", EXPORTERS),
        ("Fix both exporters", EXPORTERS),
        ("Round the amounts in all exporters", EXPORTERS),
        ("Teach the three parsers to skip blank lines", PARSERS),
        (
            "The docs, i.e. usage and the readme, should describe --strict and ledger.toml.",
            ["README.md", "docs/usage.md"],
        ),
        ("Describe the switch in the readme", ["README.md"]),
        ("Update the usage page of the docs", ["docs/usage.md"]),
        # Another number, other things, files that are only spoken of.
        ("Both parsers lose the cents", []),
        ("Both switches of the command line", []),
        ("It should look like both exporters", []),
        ("Tests for both exporters", []),
        ("Document both exporters", []),
        ("Write what is missing, as the readme says", []),
        ("Follow the usage page of the docs and write a tool", []),
        ("Add a reader (src/cli.py) for both exporters", ["src/cli.py"]),
    ],
)
def test_what_a_task_calls_by_its_kind(item: str, writes: list[str]) -> None:
    assert sorted(read(item).document.tasks[0].writes) == sorted(writes)


def test_it_is_likely_and_no_more_alone() -> None:
    note = read("Both exporters lose the cents").notes["01"]
    assert not note.unsure
    assert {one.confidence for one in note.inferred if one.field == "writes"} == {named_kinds.LIKELY}


def test_nothing_is_known_without_the_tree() -> None:
    assert read("Both exporters lose the cents", frozenset()).document.tasks[0].writes == []

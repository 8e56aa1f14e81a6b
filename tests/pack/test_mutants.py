"""scripts/dev/mutants without its environment: its help, the list of known survivors, which tests it chooses."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from project import CHECKOUT

from dev.mutation import covering, survivors

VERB = CHECKOUT / "scripts" / "dev" / "mutants"
MODULE = "scripts/fanout/x.py"
CODE = """WORDS = (
    "one",
    "two",
)


def first(a):
    if a:
        return WORDS
    return None


def second(
    b,
):
    return first(b)
"""


def test_help_needs_no_environment(tmp_path: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "FANOUT_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([str(VERB), "--help"], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: scripts/dev/mutants") and list(tmp_path.iterdir()) == []
    main = (CHECKOUT / "scripts" / "dev" / "mutation" / "__main__.py").read_text()
    assert set(re.findall(r'"(--\w+)"', main)) == set(re.findall(r"^  (--\w+)", done.stdout, re.MULTILINE))


def test_each_listed_survivor_is_in_the_code_and_has_a_reason() -> None:
    assert survivors.Survivors().problems(CHECKOUT) == []


GOOD = {
    "module": MODULE,
    "definition": "first",
    "before": "if a:",
    "after": "if not a:",
    "equivalent": True,
    "why": "x",
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"before": "return WORDS return None"}, ""),
        ({"before": "if b:"}, "the code has no `if b:` any more; take the entry out."),
        ({"module": "scripts/fanout/gone.py"}, "the code has no `if a:` any more; take the entry out."),
        ({"why": " "}, "`why` is empty; say why no test is to notice it."),
        ({"reason": "x"}, "right are after, before, definition, equivalent, module, why."),
    ],
)
def test_what_is_wrong_with_the_list_is_said(tmp_path: Path, change: dict[str, object], said: str) -> None:
    (tmp_path / MODULE).parent.mkdir(parents=True)
    (tmp_path / MODULE).write_text(CODE)
    entry = {**GOOD, **change}
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in entry.items()
    ]
    file = tmp_path / "survivors.toml"
    file.write_text("\n".join(["[[survivor]]", *lines]))
    problems = survivors.Survivors(file).problems(tmp_path)
    assert len(problems) == bool(said) and said in "".join(problems)


class Place:
    """A point, as far as the choice of tests looks at it."""

    def __init__(self, line: int, definition: str) -> None:
        self.module, self.line, self.definition = MODULE, line, definition


@pytest.mark.parametrize(
    ("line", "definition", "seconds", "chosen"),
    [
        (8, "first", 40.0, ["fast", "slow"]),
        (8, "first", 5.0, ["fast"]),
        (8, "first", 0.0, ["fast"]),  # at least one
        (9, "first", 40.0, ["slow"]),
        (14, "second", 40.0, ["other"]),  # a parameter: no test is seen to execute it, its function's are
        (3, "", 40.0, ["slow"]),  # a table: where its name stands
    ],
)
def test_the_tests_that_execute_a_line_are_chosen(
    tmp_path: Path, line: int, definition: str, seconds: float, chosen: list[str]
) -> None:
    (tmp_path / MODULE).parent.mkdir(parents=True)
    (tmp_path / MODULE).write_text(CODE)
    lines = {MODULE: {"8": [0, 1], "9": [0], "10": [1], "16": [2]}}
    found = covering.Covering(
        {"names": ["slow", "fast", "other"], "seconds": {"slow": 10.0, "fast": 0.1, "other": 1.0}, "lines": lines}
    )
    assert found.of(Place(line, definition), tmp_path, seconds) == chosen  # type: ignore[arg-type]


def test_the_fastest_of_each_file_come_first(tmp_path: Path) -> None:
    (tmp_path / MODULE).parent.mkdir(parents=True)
    (tmp_path / MODULE).write_text(CODE)
    names = ["a::1", "a::2", "a::3", "b::1", "c::1"]
    seconds = dict(zip(names, (0.3, 0.1, 0.2, 5.0, 1.0), strict=True))
    found = covering.Covering({"names": names, "seconds": seconds, "lines": {MODULE: {"8": [0, 1, 2, 3, 4]}}})
    place = Place(8, "first")
    assert found.of(place, tmp_path, 40.0) == ["a::2", "c::1", "b::1", "a::3", "a::1"]  # type: ignore[arg-type]
    assert found.of(place, tmp_path, 2.0) == ["a::2", "c::1"]  # type: ignore[arg-type]

"""scripts/dev/mutants without its environment: its help, the list of known survivors, which tests it chooses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
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
    lines = {MODULE: {"8": [0, 1, covering.BEFORE_ANY], "9": [0], "10": [1], "16": [2]}}
    found = covered({"slow": 10.0, "fast": 0.1, "other": 1.0}, lines)
    assert found.of(Place(line, definition), tmp_path, seconds) == chosen  # type: ignore[arg-type]


def covered(seconds: dict[str, float], lines: dict[str, dict[str, list[int]]]) -> covering.Covering:
    names = {name: number for number, name in enumerate(seconds)}
    return covering.Covering({"names": names, "seconds": seconds, "lines": lines})


def test_the_fastest_of_each_file_come_first(tmp_path: Path) -> None:
    (tmp_path / MODULE).parent.mkdir(parents=True)
    (tmp_path / MODULE).write_text(CODE)
    seconds = {"a::1": 0.3, "a::2": 0.1, "a::3": 0.2, "b::1": 5.0, "c::1": 1.0}
    found = covered(seconds, {MODULE: {"8": [0, 1, 2, 3, 4]}})
    place = Place(8, "first")
    assert found.of(place, tmp_path, 40.0) == ["a::2", "c::1", "b::1", "a::3", "a::1"]  # type: ignore[arg-type]
    assert found.of(place, tmp_path, 2.0) == ["a::2", "c::1", "a::3", "a::1"]  # type: ignore[arg-type]
    assert found.of(place, tmp_path, 0.01) == ["a::2"], "one at least"  # type: ignore[arg-type]


def test_the_tests_of_the_file_that_mirrors_the_module_come_first(tmp_path: Path) -> None:
    module = "scripts/fanout/run/agents/claims.py"
    (tmp_path / module).parent.mkdir(parents=True)
    (tmp_path / module).write_text(CODE)
    mirror = "tests/run/agents/test_claims.py"
    seconds = {"a::1": 0.1, "a::2": 0.2, f"{mirror}::1": 3.0, f"{mirror}::2": 1.0}
    place = Place(8, "first")
    place.module = module
    found = covered(seconds, {module: {"8": [0, 1, 2, 3]}}).of(place, tmp_path, 40.0)  # type: ignore[arg-type]
    assert found == [f"{mirror}::2", f"{mirror}::1", "a::1", "a::2"]


def test_cases_that_were_not_measured_come_after_those_that_were(tmp_path: Path) -> None:
    (tmp_path / MODULE).parent.mkdir(parents=True)
    (tmp_path / MODULE).write_text(CODE)
    found = covered({"a::x[1]": 1.0, "b::y[1]": 0.5, "c::z[1]": 0.1}, {MODULE: {"8": [0, 1]}})
    collected = ["a::x[1]", "a::x[2]", "a::x[3]", "b::y[1]", "b::y[2]", "c::z[1]", "c::z[2]"]
    place = Place(8, "first")
    assert found.of(place, tmp_path, 3.0, collected) == [  # type: ignore[arg-type]
        *("b::y[1]", "a::x[1]"),
        *("a::x[2]", "b::y[2]", "a::x[3]"),
    ]
    assert found.of(place, tmp_path, 1.5, collected)[2:] == ["a::x[2]", "b::y[2]"]  # type: ignore[arg-type]


def test_slow_tests_of_the_same_files_come_last(tmp_path: Path) -> None:
    """They are never measured: where one executes the line, quick ones beside it do most likely."""
    place, mirror = Place(8, "first"), "tests/run/agents/test_claims.py"
    place.module = "scripts/fanout/run/agents/claims.py"
    (tmp_path / place.module).parent.mkdir(parents=True)
    (tmp_path / place.module).write_text(CODE)
    found = covered({"a::x": 0.5, "b::y": 0.1}, {place.module: {"8": [0]}})
    collected = ["a::x", "a::slow", "a::slower", "b::y", "b::slow", f"{mirror}::slow"]
    chosen = found.of(place, tmp_path, 3.0, collected)  # type: ignore[arg-type]
    assert chosen == ["a::x", f"{mirror}::slow", "a::slow", "a::slower"]
    assert found.of(place, tmp_path, 1.0, collected) == ["a::x", f"{mirror}::slow"]  # type: ignore[arg-type]


def test_what_runs_before_the_first_test_needs_a_pytest_of_its_own() -> None:
    found = covered({"a": 1.0}, {MODULE: {"8": [0], "9": [covering.BEFORE_ANY, 0]}})
    asked = [Place(8, "first"), Place(9, "first"), Place(3, "")]
    assert [found.is_used_at_import(place) for place in asked] == [False, True, True]  # type: ignore[arg-type]


def test_what_is_measured_goes_along_with_the_code(tmp_path: Path) -> None:
    (tmp_path / MODULE).parent.mkdir(parents=True)
    (tmp_path / MODULE).write_text(
        CODE.replace("\n\ndef first", "\nMORE = 1\n\n\ndef first").replace("return WORDS", "return MORE")
    )
    known = covering.Known(
        {
            "files": {},
            "names": {},
            "seconds": {},
            "texts": {MODULE: CODE},
            "lines": {MODULE: {"8": [0], "9": [1], "10": [2]}},
        }
    )
    known.follow(tmp_path)
    assert known.all["lines"] == {MODULE: {"10": [0], "12": [2]}}


def test_what_is_measured_goes_along_with_a_module_that_is_moved(tmp_path: Path) -> None:
    moved = "scripts/fanout/run/y.py"
    for name, text in ((moved, CODE), ("scripts/fanout/z.py", "x = 1\n")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    texts = {MODULE: CODE, "scripts/fanout/gone.py": "def gone() -> None:\n    pass\n"}
    known = covering.Known({"files": {}, "names": {}, "seconds": {}, "texts": texts, "lines": {MODULE: {"8": [0]}}})
    known.follow(tmp_path)
    assert known.all["lines"] == {moved: {"8": [0]}} and known.all["texts"] == {moved: CODE}


def test_what_is_gone_is_forgotten_and_what_is_new_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tests/run/test_a.py", "tests/run/test_b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    known = covering.Known({})
    files = known.stale(tmp_path)
    assert sorted(files) == ["tests/run/test_a.py", "tests/run/test_b.py"]
    names = {f"{name}::x": number for number, name in enumerate(sorted(files))}
    known.all |= {
        "files": files,
        "names": names,
        "seconds": dict.fromkeys(names, 1.0),
        "lines": {MODULE: {"8": [0, 1]}},
    }
    assert known.stale(tmp_path) == {}
    with monkeypatch.context() as patch:
        patch.setattr(covering, "RULES", "other")
        assert list(known.stale(tmp_path)) == list(files), "other tests are left out since"
    (tmp_path / "tests/run/test_a.py").unlink()
    (tmp_path / "tests/run/test_b.py").write_text("# edited")
    known.follow(tmp_path)
    assert list(known.all["names"]) == ["tests/run/test_b.py::x"] and known.all["lines"] == {MODULE: {"8": [1]}}
    assert list(known.stale(tmp_path)) == ["tests/run/test_b.py"]


# -- a pytest that is asked about one change after the other ---------------------------------------------------------------

FRUIT = """from functools import cache


class Fruit:
    @property
    def taste(self) -> str:
        while False:
            pass
        return "sweet"

    @cache
    def peel(self) -> str:
        return "thin"


def colour() -> str:
    return "red"
"""
FRUIT_TESTS = """import subprocess
import sys

import pytest
from fruit.apple import Fruit, colour


def test_colour() -> None:
    assert colour() == "red"


def test_taste() -> None:
    assert (Fruit().taste, Fruit().peel()) == ("sweet", "thin")


def test_other_processes() -> None:
    said = subprocess.check_output([sys.executable, "-c", "import fruit.apple; print(fruit.apple.colour())"])
    assert said == b"red\\n"
"""


class Asked:
    """A pytest in a folder with the package `fruit`, which dev.mutation.serving serves."""

    def __init__(self, top: Path) -> None:
        self.file = top / "scripts" / "fruit" / "apple.py"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(FRUIT)
        (top / "test_fruit.py").write_text(FRUIT_TESTS.replace("\\\\n", "\\n"))
        asked, asks = os.pipe()
        told, tells = os.pipe()
        path = f"{CHECKOUT / 'scripts'}:{top / 'scripts'}"
        env = {**os.environ, "FANOUT_SERVING": f"{asked},{tells}", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-x", "-p", "dev.mutation.serving", "-p", "no:cacheprovider"]
        self.process = subprocess.Popen(
            command, cwd=top, env=env, pass_fds=(asked, tells), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(asked)
        os.close(tells)
        self.asks, self.told = os.fdopen(asks, "w"), os.fdopen(told)
        self.collected = json.loads(self.told.readline())["collected"]

    def about(
        self, definition: str, before: str = "", after: str = "", seconds: float = 60.0
    ) -> list[dict[str, object]]:
        """What it answers of a change; the file is as it was afterwards."""
        self.file.write_text(FRUIT.replace(before, after))
        request = {
            "module": "scripts/fruit/apple.py",
            "definition": definition,
            "tests": self.collected,
            "seconds": seconds,
        }
        print(json.dumps(request), file=self.asks, flush=True)
        answers = [json.loads(self.told.readline())]
        while "code" not in answers[-1]:
            answers.append(json.loads(self.told.readline()))
        self.file.write_text(FRUIT)
        return answers


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    found = Asked(tmp_path)
    yield found
    found.asks.close()
    assert found.process.wait() == 0


def test_one_pytest_judges_one_change_after_the_other(asked: Asked) -> None:
    colour, taste, others = asked.collected
    assert asked.about("colour") == [{"code": 0}]
    assert asked.about("colour", '"red"', '"blue"') == [{"failed": colour}, {"code": 1}]
    assert asked.about("Fruit.taste", '"sweet"', '"sour"') == [{"failed": taste}, {"code": 1}]
    assert asked.about("Fruit.peel", '"thin"', '"thick"') == [{"failed": taste}, {"code": 1}]
    assert asked.about("colour") == [{"code": 0}]
    assert others == "test_fruit.py::test_other_processes"


def test_what_is_no_function_is_not_judged_so(asked: Asked) -> None:
    assert asked.about("Fruit", "class Fruit", "class Fruit(list)") == [{"code": "not loaded"}]
    assert asked.about("", "@cache", "@cache  #") == [{"code": "not loaded"}]


def test_a_change_that_hangs_is_ended(asked: Asked) -> None:
    assert asked.about("Fruit.taste", "while False", "while True", seconds=0.5)[-1] == {"code": "hangs"}
    assert asked.about("colour") == [{"code": 0}]

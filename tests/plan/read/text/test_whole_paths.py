# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""A path is read whole or not at all: nothing is cut off that belongs to it, whatever it begins with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fanout.plan.read import registry
from fanout.plan.read.prose import mentions
from fanout.plan.read.text.task_fields import paths
from fanout.source.resolve import resolve

FOLDERS = [
    "create",
    "modify",
    "test",
    "tests",
    "read",
    "new",
    "add",
    "edit",
    "updates",
    "delete",
    "testdata",
    "src",
    "lib",
]
FORMS = [
    "- [ ] One\n  Files: {paths}\n",
    "- [ ] One\n  - Files: {paths}\n",
    "- [ ] One\n  **Files:** {paths}\n",
    "| No | Task | Files |\n|---|---|---|\n| 1 | One | {paths} |\n| 2 | Two | z.txt |\n",
    "- [ ] One\n  - Files:\n    - {paths}\n",
]
FILES = some.lists(
    some.builds(
        "{}/{}.{}".format, some.sampled_from(FOLDERS), some.sampled_from(FOLDERS), some.sampled_from(["py", "rs"])
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


def writes(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "list.md").write_text(text, encoding="utf-8")
    source = resolve(str(tmp_path / "list.md"), str(tmp_path))
    task, *_ = registry.choose(source).read(source).document.tasks
    return sorted(task.writes)


@pytest.mark.parametrize("form", FORMS)
def test_each_file_of_a_list_of_files_is_whole(tmp_path_factory: pytest.TempPathFactory, form: str) -> None:
    place = tmp_path_factory.mktemp("list")

    @given(FILES)
    def check(files: list[str]) -> None:
        assert writes(place, form.format(paths=", ".join(files))) == sorted(files)

    check()


LABELS = [
    ("create: src/n.rs, modify: src/o.rs, **test**: tests/p.rs", ["src/n.rs", "src/o.rs", "tests/p.rs"]),
    ("create src/n.rs, new tests/p.rs", ["src/n.rs", "tests/p.rs"]),
    ("新建src/n.rs、修改：src/o.rs", ["src/n.rs", "src/o.rs"]),
    ("read: src/n.rs, tests/p.rs", ["tests/p.rs"]),
]


@pytest.mark.parametrize(("given_", "wanted"), LABELS)
def test_what_is_done_with_a_file_is_no_part_of_it(tmp_path: Path, given_: str, wanted: list[str]) -> None:
    assert writes(tmp_path, f"- [ ] One\n  Files: {given_}\n") == wanted


IN_WORDS = [
    ("Chamadas de Vídeo/Áudio com 3 pessoas", []),
    ("완료 후 HPI/상용구 표시", []),
    ("по SSR/обновлению", []),
    ("add src/a.py에 추가", ["src/a.py"]),
    ("src/に追加", ["src/"]),
    ("新規src/a.pyを追加", ["src/a.py"]),
    ("Create `__init__.py` and src/__main__.py", ["__init__.py", "src/__main__.py"]),
]


@pytest.mark.parametrize(("text", "wanted"), IN_WORDS)
def test_a_part_of_other_words_is_no_path(text: str, wanted: list[str]) -> None:
    assert [one.pattern for one in mentions.mentions(text)] == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("`src/a/__init__.py`, `__init__.py`", ["src/a/__init__.py", "__init__.py"]),
        ("**src/a.py**, _src/b.py_", ["src/a.py", "src/b.py"]),
        ("*src/d.py*, [src/e.py]", ["src/d.py", "src/e.py"]),
    ],
)
def test_emphasis_is_no_part_of_a_path(value: str, wanted: list[str]) -> None:
    assert paths(value) == wanted
    assert not any(re.search(r"[*\[\]]", path) for path in paths(value))

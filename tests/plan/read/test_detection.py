"""Which format a source is taken for."""

from __future__ import annotations

import os

import pytest
from plan.read import corpus

from fanout.errors import FanoutError
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.source.resolve import resolve


@pytest.mark.parametrize("name", corpus.SOURCES)
def test_every_fixture_is_its_own_format_and_no_other(name):
    root, own = corpus.SOURCES[name]
    source = resolve(str(corpus.FIXTURES / name), str(corpus.FIXTURES / root))
    scores = {format_.name: format_.detect(source) for format_ in registry.FORMATS.values()}
    others = {name: score for name, score in scores.items() if name != own}
    assert scores[own] > max(others.values()), scores
    assert registry.choose(source).name == own


@pytest.mark.parametrize(
    "name", [name for name in corpus.FILES if "openagentscontrol" not in name and name not in corpus.NAMED]
)
def test_the_content_decides_and_not_the_name(name):
    """As standard input, without any name."""
    text = (corpus.FIXTURES / name).read_text(encoding="utf-8")
    assert registry.choose(Source("-", "", text, "/nowhere")).name == corpus.SOURCES[name][1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- [ ] Add `a.py`\n", "markdown"),
        ("* [x] T001 Add a.py\n* [ ] T002 Add b.py\n", "spec-kit"),
        ("1. Add `a.py`\n2. Add `b.py`\n", "markdown"),
        ("### T001: Model\nx\n### T002: View\n", "spec-kit"),
        ("### Task 1: Model\n**Files:**\n- Create: `a.py`\n", "superpowers"),
        ("### Task 1.1: Model\n**Size**: Small\n", "claudekit"),
        ("## Task 1: Model\nwords\n## Task 2: View\n", "markdown"),
        (
            "#### Task Group 4: A\n- [ ] 4.0 A\n  - [ ] 4.1 a\n**Files to Create:**\n- `a.py`\n## Notes\n### Task 4 (A)\nwords\n"
            "### Task 5 (B)\nwords\n",
            "agent-os",
        ),
        (
            "## Task Group 1\n### Task 1: A\n**Files:**\n- `a.py`\n- [ ] **Step 1**\n### Task 2: B\n- [ ] x\n",
            "superpowers",
        ),
        ('{"tasks": [{"id": "01"}]}', "native"),
        ('{"tasks": []}', "native"),
        ('{"schema_version": 1, "tasks": [{"id": "01", "title": "x"}]}', "native"),
        ('{"tasks": [{"id": "01", "depends_on": []}]}', "native"),
        ('{"tasks": [{"id": 1, "title": "x"}]}', "task-master"),
        ('{"tasks": [{"id": "1", "title": "x", "dependencies": [], "priority": "high"}]}', "task-master"),
        ('{"feature": {"tasks": [{"id": 1}]}, "master": {"tasks": []}}', "task-master"),
        ('{"id": "p-1", "title": "x", "issue_type": "task", "status": "open"}\n', "beads"),
        ('[{"subject": "x", "blockedBy": []}]', "blocked-by"),
        ("{ broken", "native"),
        ("[1, 2]", "native"),
    ],
)
def test_small_sources(text, expected):
    assert registry.choose(Source("-", "", text, "/nowhere")).name == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "standard input is empty."),
        (" \n\t", "standard input is empty."),
        ("Just a paragraph.\n", "standard input is in no format known here."),
    ],
)
def test_what_is_no_list_at_all(text, message):
    with pytest.raises(FanoutError) as error:
        registry.choose(Source("-", "", text, "/nowhere"))
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("specs/cart/spec.md", "specs/cart/tasks.json"),
        ("docs/My Cart.md", "specs/my-cart/tasks.json"),
        ("", "specs/NAME/tasks.json"),
    ],
)
def test_of_prose_it_says_who_makes_a_list_of_it_and_where(path: str, written: str) -> None:
    with pytest.raises(FanoutError) as error:
        registry.choose(Source(path or "-", path, "The shop needs a cart.\n", "/nowhere"))
    assert f"prompt 'Spec: {path or 'PATH'}. Write {written}.'" in str(error.value.fix)


def test_a_forced_format_is_used():
    source = Source("-", "", "### Task 1: Model\n**Files:**\n- Create: `a.py`\n", "/nowhere")
    assert registry.read(source, "markdown").format == "markdown"


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(FanoutError, match=r"there is no format 'yaml'\. Formats: native, openagentscontrol, spec-kit"):
        registry.choose(Source("-", "", "x", "/nowhere"), "yaml")


def test_an_empty_folder(tmp_path):
    with pytest.raises(FanoutError, match="is in no format known here"):
        registry.choose(resolve(str(tmp_path), str(tmp_path)))


def test_several_spec_folders_ask_which(tmp_path):
    for name in ("001-a", "002-b"):
        folder = tmp_path / "specs" / name
        folder.mkdir(parents=True)
        (folder / "tasks.md").write_text("- [ ] T001 Add a.py\n", encoding="utf-8")
    with pytest.raises(FanoutError) as error:
        registry.read(resolve(str(tmp_path), str(tmp_path)))
    assert os.path.join("specs", "002-b", "tasks.md") in str(error.value)


def test_a_folder_with_lists_of_several_formats_asks_which(tmp_path):
    (tmp_path / ".beads").mkdir()
    (tmp_path / ".beads" / "issues.jsonl").write_text(
        '{"id":"p-1","title":"x","issue_type":"task"}\n', encoding="utf-8"
    )
    (tmp_path / "tasks.md").write_text("- [ ] T001 Add a.py\n", encoding="utf-8")
    source = resolve(str(tmp_path), str(tmp_path))
    with pytest.raises(FanoutError, match=r"holds task lists of several formats: spec-kit, beads\. Name the one"):
        registry.read(source)
    assert [task.id for task in registry.read(source, "spec-kit").document.tasks] == ["T001"]


@pytest.mark.parametrize("first", ['{"tasks":[', "[", "{", '{ "tasks": ['])
def test_a_document_that_lacks_a_comma_is_no_list_of_records(first):
    text = first + '\n {"id": "1", "title": "A"}\n {"id": "2", "title": "B"}\n]}'
    with pytest.raises(FanoutError, match=r"[123]:\d+: not valid JSON"):
        registry.read(Source("-", "", text, "/nowhere"))


def test_records_with_a_broken_first_line_are_records():
    text = '{"id": "1", "title": "A\n{"id": "2", "title": "B"}\n{"id": "3", "title": "C"}\n'
    assert [task.id for task in registry.read(Source("-", "", text, "/nowhere")).document.tasks] == ["2", "3"]

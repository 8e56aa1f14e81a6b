# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Line ends, marks, conflicts, size, other languages and garbage, for every format alike."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from plan.read import corpus
from scale import SCALE

from fanout.errors import FanoutError, SourceError
from fanout.plan.file_access import decode
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.report import reading_json, reading_text
from fanout.source.disk import DISK

TEXTS = {name: (corpus.FIXTURES / name).read_text(encoding="utf-8") for name in corpus.FILES}
SINGLE = [name for name in corpus.FILES if "openagentscontrol" not in name]


def source(name, text):
    path = str(corpus.FIXTURES / name)
    return Source(path, path, text, str(corpus.FIXTURES / corpus.SOURCES[name][0]), files=DISK)


def shape(reading):
    return [
        (task.id, task.title, task.depends_on, task.writes, task.reads, reading.notes[task.id].status)
        for task in reading.document.tasks
    ]


@pytest.mark.parametrize(
    ("name", "end"),
    [(name, "\r\n") for name in SINGLE] + [(name, "\r") for name in SINGLE if name.endswith(".md")],
)
def test_line_ends_change_nothing(name, end):
    plain = registry.read(source(name, TEXTS[name]))
    other = registry.read(source(name, TEXTS[name].replace("\n", end)))
    assert shape(other) == shape(plain)
    assert [note.place for note in other.notes.values()] == [note.place for note in plain.notes.values()]
    assert other.unread == plain.unread


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_change_nothing(name, codec):
    text = decode(TEXTS[name].encode(codec), name)
    assert shape(registry.read(source(name, text))) == shape(registry.read(source(name, TEXTS[name])))


@pytest.mark.parametrize("name", [name for name in SINGLE if name.endswith(".md")])
def test_a_conflict_is_refused_with_its_line(name):
    lines = TEXTS[name].split("\n")
    at = next(index for index in range(len(lines) - 1, 0, -1) if not lines[index].startswith("`"))
    text = "\n".join([*lines[:at], "<<<<<<< HEAD", "a", "=======", "b", ">>>>>>> other", *lines[at:]])
    with pytest.raises(SourceError) as error:
        registry.read(source(name, text))
    assert f":{at + 1}:1: an unresolved merge conflict" in str(error.value)


@pytest.mark.parametrize("name", [name for name in SINGLE if name.endswith(".json")])
def test_a_conflict_in_json_is_refused_with_its_line(name):
    lines = TEXTS[name].split("\n")
    text = "\n".join([*lines[:2], "<<<<<<< HEAD", "=======", ">>>>>>> other", *lines[2:]])
    with pytest.raises(SourceError, match=r":3:1: an unresolved merge conflict"):
        registry.read(source(name, text), corpus.SOURCES[name][1])


@pytest.mark.parametrize("name", [name for name in SINGLE if name.endswith(".json")])
def test_broken_json_is_refused_with_line_and_column(name):
    text = TEXTS[name].replace(":", ";", 1)
    before = text[: text.index(";")]
    place = f":{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: not valid JSON: expecting ':'"
    with pytest.raises(SourceError) as error:
        registry.read(source(name, text), corpus.SOURCES[name][1])
    assert place in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "# 任务\n\n## 阶段 1：准备\n\n- [ ] T001 创建 `src/模型.py` 文件\n- [x] T002 [P] 修改 src/b.py，依赖 T001\n",
        "# Aufgaben\n\n- [ ] `src/über.py` anlegen\n- [x] Größe prüfen 🎯\n",
        "# タスク\n\n- [ ] `src/a.ts` を追加\n",
        "- [ ]\tTabs before `a.py`\n\t- [ ]\ta step\n",
    ],
)
def test_other_languages_and_tabs(text):
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert reading.document.tasks
    assert reading.unread == []


def test_chinese_words_order_and_write():
    text = "## 阶段 1：准备\n- [ ] T001 创建src/a.py\n- [x] T002 [P] 修改 `src/b.py`，参考 `docs/x.md`（依赖 T001）\n"
    reading = registry.read(Source("-", "", text, "/nowhere"))
    first, second = reading.document.tasks
    assert (first.writes, second.writes, second.reads) == (["src/a.py"], ["src/b.py"], ["docs/x.md"])
    assert second.depends_on == ["T001"]
    assert reading.notes["T001"].phase == "阶段 1：准备"


@pytest.mark.parametrize("fence", ["```", "~~~", "  ```", "- ```"])
def test_fences_and_comments_hide_tasks_but_list_them(fence):
    close = fence.replace("- ", "  ")
    text = (
        f"- [ ] T001 Add a.py\n{fence}md\n- [ ] T002 Add b.py\n{close}\n<!--\n- [ ] T003 c\n-->\n- [ ] T004 Add d.py\n"
    )
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert [task.id for task in reading.document.tasks] == ["T001", "T004"]
    assert [item.place for item in reading.unread] == ["standard input:3", "standard input:6"]


def test_a_fence_that_never_ends_is_warned_of():
    text = "- [ ] T001 Add a.py\n- [ ] T002 Add b.py\n```\n- [ ] T003 Add c.py\n"
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert [remark.code for remark in reading.warnings] == ["open-fence"]
    assert [item.place for item in reading.unread] == ["standard input:4"]


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("spec-kit", "- [ ] T{0:06d} [P] Create thing {0} in src/m{0}/f.py per docs/api.md (depends on T{1:06d})\n"),
        ("markdown", "- [ ] Add thing {0} in `src/m{0}.py`, after #{1}\n"),
        ("claudekit", "### Task 1.{0}: Do\n**Size**: Small\n**Dependencies**: Task 1.{1}\n- Create `src/a{0}.py`\n"),
        ("superpowers", "### Task {0}: Do\n**Files:**\n- Create: `src/a{0}.py`\n**Depends on:** Task {1}\n"),
        ("beads", '{{"id":"p-{0}","title":"x","issue_type":"task","description":"Create `src/a{0}.py`"}}\n'),
    ],
)
def test_large_lists_are_read_whole(name, unit):
    count = 2000 * SCALE
    text = "".join(unit.format(number, max(1, number - 1)) for number in range(1, count + 1))
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert reading.format == name
    assert len(reading.document.tasks) == count
    assert reading.unread == []


@pytest.mark.parametrize(
    "text",
    [
        "- [ ] " + "a/" * 50_000,
        "- [ ] " + "(" * 50_000,
        "- [ ] " + "`" * 50_000,
        "- [ ] " + "a.b-" * 50_000,
        "- [ ] T001 " + "depends on " * 20_000,
        "[" * 100_000,
        '{"tasks": ' + "/*" * 100_000,
        "---\n" + "a: [" * 20_000 + "\n---\n- [ ] x\n",
        "- [ ] x\n" + "<!--\n" * 20_000,
        "#" * 100_000 + "\n- [ ] x\n",
        '{"id": "' + "9" * 5000 + '", "title": "x", "issue_type": "task"}\n',
        '{"tasks": [{"id": 1' + "9" * 5000 + "}]}",
    ],
    ids=lambda text: text[:14].replace("\n", " "),
)
def test_hostile_texts_end_soon(text):
    try:
        registry.read(Source("-", "", text, "/nowhere"))
    except FanoutError as error:
        assert str(error)


PIECES = st.sampled_from(
    [
        *(
            "- [ ] ",
            "```",
            "---\n",
            "\n",
            "### Task 1: ",
            "T001 ",
            "[P] ",
            "depends on ",
            "**Files:**",
            "status: ",
            "- ",
        ),
        *('"', "{", "}", "[", "]", ":", ",", "\\", "`", "<!--", "-->", "\t", "\r\n", "../", "/", "*", "|", "（", "🎯"),
        *("null", "0", "-1", "1e999", "\\ud800", "\u2028", "\x00", '"tasks"', '"id"', "true", "<task>", "</task>"),
        "depends_on: ",
    ]
)


@st.composite
def damaged(draw):
    """A fixture with a few pieces cut out, doubled or put in."""
    name = draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[name]
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        middle = draw(st.one_of(PIECES, st.just(""), st.just(text[start:end] * 2), st.text(max_size=5)))
        text = text[:start] + middle + text[end:]
    return name, text


def survives(given_source, forced):
    try:
        reading = registry.read(given_source, forced)
    except FanoutError as error:
        assert str(error)
        return
    json.dumps(reading_json.to_json(reading)).encode()
    assert reading_text.render(reading).encode()
    assert set(reading.notes) == {task.id for task in reading.document.tasks}


@given(damaged(), st.sampled_from([None, *registry.FORMATS]))
@settings(max_examples=200 * SCALE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_fixtures_never_give_a_traceback(damage, forced):
    name, text = damage
    survives(source(name, text), forced)


@given(
    st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=30).map("".join),
    st.sampled_from([None, *registry.FORMATS]),
)
@settings(max_examples=200 * SCALE, deadline=None)
@example('{"tasks": [{"id": 1, "subtasks": [null]}]}', "task-master")
@example('{"tasks": [{"id": "1", "dependencies": {"a": 1}}]}', None)
@example('{"tasks": {"a": 1}}', "native")
@example("[]", "blocked-by")
def test_random_text_never_gives_a_traceback(text, forced):
    survives(Source("-", "", text, "/nowhere"), forced)


def test_half_a_character_in_a_list_of_records_is_replaced() -> None:
    text = '[{"content": "\\ud800Write `a.ts`", "status": "pending", "activeForm": "x"}]'
    reading = registry.read(Source("todos.json", "todos.json", text, "/nowhere"))
    assert [task.title for task in reading.document.tasks] == ["\ufffdWrite a.ts"]

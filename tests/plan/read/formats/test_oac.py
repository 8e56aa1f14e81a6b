"""OpenAgentsControl features: both schema versions, their traps, and what is written back."""

from __future__ import annotations

import json
import os

import pytest

from fanout.errors import FanoutError, SourceError
from fanout.plan.read import registry
from fanout.source import write_back
from fanout.source.resolve import resolve


def build(root, feature="checkout", task=None, subtasks=(), **files):
    folder = root / ".tmp" / "tasks" / feature
    folder.mkdir(parents=True, exist_ok=True)
    if task is not None:
        (folder / "task.json").write_text(json.dumps(task, indent=2), encoding="utf-8")
    for number, subtask in enumerate(subtasks, 1):
        text = subtask if isinstance(subtask, str) else json.dumps(subtask, indent=2, ensure_ascii=False)
        (folder / f"subtask_{number:02d}.json").write_text(text, encoding="utf-8")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def subtask(seq, **fields):
    base = {"id": f"checkout-{seq}", "seq": seq, "title": f"Part {seq}", "status": "pending", "parallel": True}
    return {**base, **fields}


def task(count, **fields):
    base = {"id": "checkout", "name": "Checkout", "status": "active", "objective": "Sell", "subtask_count": count}
    return {**base, "completed_count": 0, "created_at": "2026-01-01T00:00:00Z", **fields}


def read(root, name="checkout"):
    return registry.read(resolve(name, str(root)))


def test_fields_are_mapped(tmp_path):
    build(
        tmp_path,
        task=task(2, context_files=["docs/rules.md", {"path": "docs/api.md", "lines": "1-20", "reason": "shapes"}]),
        subtasks=[
            subtask("01", deliverables=["src/cart.ts", "POST /api/cart"], acceptance_criteria=["Totals are right"]),
            subtask(
                "02",
                parallel=False,
                status="in_progress",
                depends_on=["01"],
                suggested_agent="TestEngineer",
                context_files=["docs/style.md"],
                reference_files=[{"path": "src/cart.ts"}],
                deliverables=["Tests for the cart in tests/cart.test.ts"],
            ),
        ],
    )
    reading = read(tmp_path)
    first, second = reading.document.tasks
    assert reading.format == "openagentscontrol"
    assert (reading.document.id, reading.document.title) == ("checkout", "Checkout")
    assert reading.document.context_files == ["docs/rules.md", "docs/api.md"]
    assert (first.id, first.writes, first.depends_on) == ("01", ["src/cart.ts"], [])
    assert first.accept[0].text == "Totals are right"
    assert "POST /api/cart" in first.description
    assert (second.depends_on, second.agent) == (["01"], "TestEngineer")
    assert second.reads == ["docs/style.md", "src/cart.ts"]
    assert second.writes == ["tests/cart.test.ts"]
    assert [item.field for item in reading.notes["02"].inferred] == ["writes"]
    assert reading.notes["01"].inferred == []
    assert (reading.notes["01"].parallel, reading.notes["01"].unsure) == (True, False)
    assert (reading.notes["02"].parallel, reading.notes["02"].unsure) == (False, True)
    assert reading.notes["02"].status == "in_progress"
    assert reading.notes["01"].place == ".tmp/tasks/checkout/subtask_01.json:1"
    assert reading.warnings == []


@pytest.mark.parametrize("spelling", ["1", 1, "01", "subtask_01", "subtask_01.json", "checkout-01"])
def test_every_spelling_of_a_dependency(tmp_path, spelling):
    build(tmp_path, task=task(2), subtasks=[subtask("01"), subtask("02", depends_on=[spelling])])
    assert read(tmp_path).document.tasks[1].depends_on == ["01"]


def test_wrong_counts_are_warned_of(tmp_path):
    build(tmp_path, task=task(5, completed_count=2), subtasks=[subtask("01"), subtask("02"), subtask("03")])
    warnings = read(tmp_path).warnings
    assert [remark.code for remark in warnings if remark.code == "declared-count"] == ["declared-count"] * 2
    assert "subtask_count 5, but there are 3 subtask files" in warnings[-2].message


def test_parallel_without_files_stays_parallel_but_is_warned_of(tmp_path):
    build(tmp_path, task=task(1), subtasks=[subtask("01", deliverables=["a faster login"])])
    reading = read(tmp_path)
    assert [remark.code for remark in reading.warnings] == ["parallel-unproven"]
    assert not reading.notes["01"].unsure


def test_comments_and_trailing_commas(tmp_path):
    text = '{\n  // the first\n  "id": "checkout-01", "seq": "01", /* two */ "title": "a // b",\n  "depends_on": [],\n}'
    build(tmp_path, task=task(1), subtasks=[text])
    assert read(tmp_path).document.tasks[0].title == "a // b"


def test_broken_files_are_all_named_with_line_and_column(tmp_path):
    build(tmp_path, task=task(2), subtasks=['{\n  "id": 1,\n  "seq" "01"\n}', "[]", subtask("03")])
    with pytest.raises(SourceError) as error:
        read(tmp_path)
    text = str(error.value)
    assert ".tmp/tasks/checkout/subtask_01.json:3:9: not valid JSON: expecting ':' delimiter" in text
    assert "subtask_02.json: this must be a JSON object (found list)" in text


def test_wrong_types_are_named(tmp_path):
    build(tmp_path, task=task(1), subtasks=[subtask("01", parallel="maybe", deliverables=[{"a": 1}])])
    with pytest.raises(SourceError, match=r"subtask_01.json deliverables\[0\]: this must be a text \(found dict\)"):
        read(tmp_path)


def test_stray_files_are_listed(tmp_path):
    build(tmp_path, task=task(1), subtasks=[subtask("01")], **{"subtask_7.json": "{}", "notes.md": ""})
    assert [item.place for item in read(tmp_path).unread] == [".tmp/tasks/checkout/subtask_7.json"]


def test_no_task_json(tmp_path):
    build(tmp_path, subtasks=[subtask("01")])
    assert "missing-task-json" in [remark.code for remark in read(tmp_path).warnings]


def test_a_file_of_the_feature_names_the_feature(tmp_path):
    folder = build(tmp_path, task=task(1), subtasks=[subtask("01")])
    for name in ("task.json", "subtask_01.json"):
        assert [entry.id for entry in read(tmp_path, str(folder / name)).document.tasks] == ["01"]


def test_a_folder_of_several_features_asks_which(tmp_path):
    build(tmp_path, "one", subtasks=[subtask("01")])
    build(tmp_path, "two", subtasks=[subtask("01")])
    build(tmp_path, "completed/three", subtasks=[subtask("01")])
    with pytest.raises(FanoutError, match=r"holds 2 features\. Name one: "):
        read(tmp_path, str(tmp_path / ".tmp" / "tasks"))


def test_write_back_changes_only_its_fields(tmp_path):
    text = '{"id": "checkout-01",  "seq":"01",\t"title": "Ä",\r\n "status" : "pending", "completed_at": null, // x\r\n}'
    folder = build(tmp_path, task=task(2), subtasks=[text, subtask("02", status="completed")])
    before = (folder / "subtask_01.json").read_bytes()
    write_back.set_status(read(tmp_path), "01", "completed", "Cart\nworks")
    after = (folder / "subtask_01.json").read_bytes()
    stamp = after.split(b'"completed_at": "')[1][:24]
    expected = before.replace(b'"pending"', b'"completed", "completion_summary": "Cart works"')
    assert after == expected.replace(b"null", b'"' + stamp + b'"')
    assert json.loads((folder / "task.json").read_text())["completed_count"] == 2
    assert (folder / "task.json").read_bytes() == json.dumps(task(2, completed_count=2), indent=2).encode()
    assert read(tmp_path).notes["01"].status == "completed"
    assert sorted(os.listdir(folder)) == ["subtask_01.json", "subtask_02.json", "task.json"]

"""Status written back to the user's own files: the token and no other byte, or nothing at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from plan.read import corpus

from fanout.errors import FanoutError
from fanout.plan.read import registry
from fanout.source import write_back
from fanout.source.resolve import resolve

SCRIPTS = Path(__file__).parents[2] / "scripts"

# source, task, status, the file that changes, what stands there, what will
MARKS = [
    ("spec-kit/specs/002-bookings/tasks.md", "T002", "completed", "", "- [ ] T002", "- [x] T002"),
    ("spec-kit/specs/002-bookings/tasks.md", "T001", "pending", "", "- [x] T001", "- [ ] T001"),
    ("spec-kit", "T016", "completed", "specs/002-bookings/tasks.md", "* [ ] T016", "* [x] T016"),
    (
        *("task-master", "2.2", "completed", ".taskmaster/tasks/tasks.json"),
        *('src/cart/totals.ts`", "status": "pending"', 'src/cart/totals.ts`", "status": "done"'),
    ),
    ("task-master/.taskmaster/tasks/tasks.json", "3", "blocked", "", '"status": "review"', '"status": "blocked"'),
    ("beads", "shop-a1.2", "completed", ".beads/issues.jsonl", '"status":"in_progress"', '"status":"closed"'),
    ("beads/.beads/issues.jsonl", "shop-b7", "pending", "", '"status":"closed"', '"status":"open"'),
    ("ccpm", "001", "completed", ".claude/epics/shop/001.md", "status: open", "status: closed"),
    ("ccpm/.claude/epics/shop/003.md", "003", "in_progress", "", "status: closed", "status: in-progress"),
    ("stm", "2", "completed", ".simple-task-master/tasks/2-login.md", "status: in-progress", "status: done"),
    ("claudekit/feat-hooks-tasks.md", "2.2", "completed", "", "**Status**: Pending", "**Status**: Completed"),
    (
        "superpowers/2026-01-05-search.md",
        "3",
        "completed",
        "",
        "- [ ] **Step 1: Write it,",
        "- [x] **Step 1: Write it,",
    ),
    ("markdown/todo.md", "02", "completed", "", "- [ ] Add the logout", "- [x] Add the logout"),
    ("markdown/todo.md", "01", "pending", "", "- [x] Add the login", "- [ ] Add the login"),
    ("kiro", "3.2", "completed", ".kiro/specs/booking/tasks.md", "- [ ] 3.2", "- [x] 3.2"),
    ("kiro/.kiro/specs/booking/tasks.md", "3.1", "completed", "", "- [ ] 3.1", "- [x] 3.1"),
    ("kiro/.kiro/specs/booking/tasks.md", "2.3", "in_progress", "", "- [ ]* 2.3", "- [-]* 2.3"),
    ("openspec", "1.2", "completed", "openspec/changes/add-export/tasks.md", "- [ ] 1.2", "- [x] 1.2"),
    ("spec-workflow", "3", "completed", ".spec-workflow/specs/login/tasks.md", "- [ ] 3.", "- [x] 3."),
    ("conductor", "2.1", "completed", "conductor/tracks/search_20260105/plan.md", "- [~] Task", "- [x] Task"),
    (
        *("agent-os", "3.1", "completed", "agent-os/specs/2026-02-03-profiles/tasks.md"),
        *("- [ ] 3.1", "- [x] 3.1"),
    ),
    ("ai-dev-tasks/tasks/tasks-invoices.md", "1.1", "pending", "", "- [x] 1.1 Write", "- [ ] 1.1 Write"),
    ("trae", "2", "completed", ".trae/specs/player/tasks.md", "- [ ] Task 2", "- [x] Task 2"),
    ("exec-plan/.agent/plans/retries.md", "03", "completed", "", "- [ ] Show", "- [x] Show"),
    (
        *("cursor/.cursor/plans/tags_1a2b.plan.md", "page", "completed", ""),
        *('status: "in_progress"', 'status: "completed"'),
    ),
    (
        "cursor/.cursor/plans",
        "search",
        "completed",
        ".cursor/plans/tags_1a2b.plan.md",
        "status: pending",
        "status: completed",
    ),
    ("bmad/docs/stories/2.1.cart.md", "2", "completed", "", "- [ ] Task 2", "- [x] Task 2"),
    (
        *("bmad-sprint", "1-3-log-out", "completed", "_bmad-output/implementation-artifacts/sprint-status.yaml"),
        *('1-3-log-out: "ready-for-dev"', '1-3-log-out: "done"'),
    ),
    (
        *("bmad-sprint", "1-2-log-in", "completed", "_bmad-output/implementation-artifacts/sprint-status.yaml"),
        *("1-2-log-in: review  #", "1-2-log-in: done  #"),
    ),
    ("ralph/prd.json", "US-003", "completed", "", '"priority": 3, "passes": false', '"priority": 3, "passes": true'),
    ("ralph/prd.json", "US-001", "pending", "", '"passes": true', '"passes": false'),
    ("feature-list/feature_list.json", "02", "completed", "", '"passes": false', '"passes": true'),
    ("feature-list/map/feature_list.json", "pay", "completed", "", '"status": "pending"', '"status": "done"'),
    (
        *("shrimp/tasks.json", "0f6c1b1e-0002-4a00-8000-000000000002", "completed", ""),
        *('"status": "pending"', '"status": "completed"'),
    ),
    ("claude-tasks/todos.json", "02", "completed", "", '"status": "in_progress"', '"status": "completed"'),
    ("claude-tasks/list", "10", "completed", "list/10.json", '"status": "pending"', '"status": "completed"'),
    ("backlog", "TASK-2", "completed", "backlog/tasks/task-2 - Page.md", "status: To Do", "status: Done"),
    ("github/issues.json", "14", "completed", "", '"Search page", "state": "OPEN"', '"Search page", "state": "CLOSED"'),
    ("github/one.json", "02", "completed", "", "- [ ] Raise", "- [x] Raise"),
    ("plan/boxes/IMPLEMENTATION_PLAN.md", "01", "completed", "", "- [ ] Write", "- [x] Write"),
    ("json-tasks/phases.json", "2.1", "completed", "", '"status": "open"', '"status": "done"'),
    (
        "json-tasks/list.json",
        "test-lamp",
        "in_progress",
        "",
        'Test the lamp", "status": "todo"',
        'Test the lamp", "status": "in_progress"',
    ),
]


def load(name, tmp_path):
    root, path = corpus.copied(name, tmp_path)
    return root, path, resolve(path, root)


def contents(root):
    return {path: path.read_bytes() for path in Path(root).rglob("*") if path.is_file()}


# A folder is known by the front matter of its files, which is looked for in UTF-8.
PREPARED = [(*mark, how) for mark in MARKS for how in ("as it is", "crlf", "bom")] + [
    (*mark, "utf-16") for mark in MARKS if mark[0] not in ("ccpm", "stm", "backlog", "claude-tasks/list")
]


@pytest.mark.parametrize(("name", "task", "status", "file", "old", "new", "prepare"), PREPARED)
def test_only_the_token_changes(tmp_path, name, task, status, file, old, new, prepare):
    root, path, _source = load(name, tmp_path)
    target = Path(root, file) if file else Path(path)
    text = target.read_text(encoding="utf-8")
    assert text.count(old) == 1
    data = {
        "as it is": text.encode(),
        "crlf": text.replace("\n", "\r\n").encode(),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "utf-16": b"\xff\xfe" + text.encode("utf-16-le"),
    }[prepare]
    target.write_bytes(data)
    before = contents(root)
    codec = "utf-16-le" if prepare == "utf-16" else "utf-8"
    changed = write_back.set_status(resolve(path, root), task, status)
    assert changed == [str(target)]
    after = contents(root)
    expected = {**before, target: before[target].replace(old.encode(codec), new.encode(codec), 1)}
    assert after == expected
    assert registry.read(resolve(path, root)).notes[task].status == status


@pytest.mark.parametrize(("name", "task", "status", "file", "old", "new"), MARKS)
def test_the_same_status_again_writes_nothing(tmp_path, name, task, status, file, old, new):
    root, path, source = load(name, tmp_path)
    write_back.set_status(source, task, status)
    before = {file: os.stat(file).st_mtime_ns for file in contents(root)}
    assert write_back.set_status(resolve(path, root), task, status) == []
    assert {file: os.stat(file).st_mtime_ns for file in contents(root)} == before


def test_every_format_that_holds_a_status_has_a_mark_here():
    own = {name.split("/")[0]: form for name, (_root, form) in corpus.SOURCES.items()}
    marked = {own[mark[0].split("/")[0]] for mark in MARKS} | {
        "superpowers",
        "openagentscontrol",
    }  # these change more: below, test_oac.py
    assert {name for name, form in registry.FORMATS.items() if form.mark is not None} - marked == set()


def test_superpowers_flips_every_step_of_the_task_and_no_other(tmp_path):
    _root, path, source = load("superpowers/2026-01-05-search.md", tmp_path)
    before = Path(path).read_text(encoding="utf-8")
    write_back.set_status(source, "2", "completed")
    start, end = before.index("### Task 2"), before.index("### Task 3")
    expected = before[:start] + before[start:end].replace("- [ ]", "- [x]") + before[end:]
    assert Path(path).read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    ("name", "task", "status", "lines"),
    [
        ("kiro/.kiro/specs/booking/tasks.md", "2.2", "completed", ["- [x] 2. Build", "- [x] 2.2 Create"]),
        ("ai-dev-tasks/tasks/tasks-invoices.md", "1.2", "completed", ["- [x] 1.0 Draw", "  - [x] 1.2 Write"]),
        ("ai-dev-tasks/tasks/tasks-invoices.md", "0.1", "pending", ["- [ ] 0.0 Create", "  - [ ] 0.1 Check"]),
        ("agent-os/agent-os/specs/2026-02-03-profiles/tasks.md", "2.1", "completed", ["- [x] 2.0", "  - [x] 2.1"]),
    ],
)
def test_the_box_of_a_whole_follows_its_last_part(tmp_path, name, task, status, lines):
    _root, path, source = load(name, tmp_path)
    before = Path(path).read_text(encoding="utf-8").splitlines()
    write_back.set_status(source, task, status)
    after = Path(path).read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == len(lines)
    assert all(new.startswith(line) for new, line in zip(changed, lines, strict=True)), changed


@pytest.mark.parametrize(
    ("name", "task", "message"),
    [
        ("gsd", "01-02", "the format gsd holds no status to write back."),
        ("dork-labs/specs/search/03-tasks.json", "1.1", "the format dork-labs holds no status to write back."),
        ("native/plan.json", "a", "the format native holds no status to write back."),
        ("claudekit/feat-hooks-tasks.md", "1.1", "task 1.1 has no **Status**: line to write to."),
        ("spec-kit", "T999", "has no task T999 any more: nothing was written."),
    ],
)
def test_what_can_not_be_marked_says_so(tmp_path, name, task, message):
    root, _path, source = load(name, tmp_path)
    before = contents(root)
    with pytest.raises(FanoutError) as error:
        write_back.set_status(source, task, "completed")
    assert message in str(error.value)
    assert contents(root) == before


def test_standard_input_can_not_be_marked():
    from fanout.plan.reading import Source

    with pytest.raises(FanoutError, match="standard input has no file"):
        write_back.mark(Source("-", "", "- [ ] a\n", "/nowhere"), "01", "completed")


def test_a_stream_has_no_status_of_its_own(tmp_path):
    _root, _path, source = load("ccpm", tmp_path)
    assert write_back.mark(source, "002-A", "completed") == []


TODO = "- [ ] Add `a.py`\n- [ ] Add `b.py`\n- [ ] Add `c.py`\n"


@pytest.fixture
def todo(tmp_path):
    path = tmp_path / "todo.md"
    path.write_text(TODO, encoding="utf-8")
    return path


def reading(path):
    return registry.read(resolve(str(path), str(path.parent)))


def test_changes_elsewhere_in_the_file_stay(todo):
    known = reading(todo)
    edits = write_back.mark(known, "03", "completed")
    todo.write_text("# A heading came later\n\n" + TODO.replace("[ ] Add `a", "[x] Add `a"), encoding="utf-8")
    assert write_back.apply(edits) == [str(todo)]
    assert todo.read_text() == "# A heading came later\n\n- [x] Add `a.py`\n- [ ] Add `b.py`\n- [x] Add `c.py`\n"


def test_another_task_under_the_same_name_is_refused(todo):
    known = reading(todo)
    todo.write_text(TODO.replace("`b.py`", "`other.py`"), encoding="utf-8")
    with pytest.raises(FanoutError) as error:
        write_back.mark(known, "02", "completed")
    assert str(error.value) == (
        "todo.md:2: task 02 was 'Add b.py' when it was read and is 'Add other.py' now: nothing was written. "
        "Read the source again."
    )


def test_a_title_given_by_the_caller_is_compared(todo):
    source = resolve(str(todo), str(todo.parent))
    with pytest.raises(FanoutError, match=r"was 'Add x\.py' when it was read"):
        write_back.mark(source, "01", "completed", title="Add x.py")
    assert write_back.mark(source, "01", "completed", title="Add a.py")


def test_a_status_that_somebody_else_changed_is_refused(tmp_path):
    root, _path, source = load("beads", tmp_path)
    known = registry.read(source)
    file = Path(root, ".beads", "issues.jsonl")
    changed = (
        file.read_text()
        .replace('"title":"Payment form"', '"title":"Payment form"')
        .replace('"status":"open","priority":2', '"status":"deferred","priority":2')
    )
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(FanoutError, match=r"was pending when it was read and is blocked now: not written\."):
        write_back.set_status(known, "shop-a1.1", "completed")
    assert file.read_text() == changed


def test_a_token_that_changed_between_mark_and_apply_is_refused(tmp_path):
    root, _path, source = load("beads", tmp_path)
    edits = write_back.mark(source, "shop-a1.1", "completed")
    file = Path(root, ".beads", "issues.jsonl")
    changed = file.read_text().replace('"status":"open","priority":2', '"status":"deferred","priority":2')
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(FanoutError, match="changed since it was read: nothing was written"):
        write_back.apply(edits)
    assert file.read_text() == changed


def test_a_task_that_is_gone_is_refused(todo):
    edits = write_back.mark(reading(todo), "03", "completed")
    todo.write_text("- [ ] Add `a.py`\n", encoding="utf-8")
    with pytest.raises(FanoutError, match="has no check box for task 03"):
        write_back.apply(edits)


def test_a_file_that_is_gone_is_refused(todo):
    edits = write_back.mark(reading(todo), "03", "completed")
    todo.unlink()
    with pytest.raises(FanoutError, match=r"todo.md is gone\. Nothing was written\."):
        write_back.apply(edits)


def test_mode_and_symlink_stay(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    file = real / "todo.md"
    file.write_text(TODO, encoding="utf-8")
    file.chmod(0o640)
    link = tmp_path / "todo.md"
    link.symlink_to(file)
    write_back.set_status(resolve(str(link), str(tmp_path)), "01", "completed")
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert file.read_text().startswith("- [x] Add `a.py`")
    assert sorted(os.listdir(real)) == ["todo.md"]


@pytest.mark.slow
def test_many_processes_mark_one_file_at_the_same_time(tmp_path):
    count = 12
    path = tmp_path / "tasks.md"
    path.write_text("".join(f"- [ ] T{n:03d} [P] Add m{n}.py\n" for n in range(count)), encoding="utf-8")
    script = (
        f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
        "from fanout.source import write_back\nfrom fanout.source.resolve import resolve\n"
        "source = resolve(sys.argv[1], sys.argv[2])\n"
        "sys.stdin.readline()\n"
        "write_back.set_status(source, sys.argv[3], 'completed')\n"
    )
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path), str(tmp_path), f"T{n:03d}"], stdin=subprocess.PIPE, text=True
        )
        for n in range(count)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    assert [worker.wait(60) for worker in workers] == [0] * count
    assert path.read_text() == "".join(f"- [x] T{n:03d} [P] Add m{n}.py\n" for n in range(count))
    assert os.listdir(tmp_path) == ["tasks.md"]


@pytest.mark.slow
def test_no_counter_is_lost_when_many_processes_complete_subtasks(tmp_path):
    import json

    count = 8
    folder = tmp_path / ".tmp" / "tasks" / "shop"
    folder.mkdir(parents=True)
    task = {"id": "shop", "name": "Shop", "status": "active", "subtask_count": count, "completed_count": 0}
    (folder / "task.json").write_text(json.dumps(task, indent=2), encoding="utf-8")
    for n in range(1, count + 1):
        item = {"id": f"shop-{n:02d}", "seq": f"{n:02d}", "title": "x", "status": "pending"}
        (folder / f"subtask_{n:02d}.json").write_text(json.dumps(item, indent=2), encoding="utf-8")
    script = (
        f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\nfrom fanout.cli.commands import task_verbs\n"
        "sys.stdin.readline()\n"
        "sys.exit(task_verbs.main(['complete', 'shop', sys.argv[1], 'done'], sys.argv[2]))\n"
    )
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", script, f"{n:02d}", str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        for n in range(1, count + 1)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    assert [worker.wait(60) for worker in workers] == [0] * count
    assert json.loads((folder / "task.json").read_text()) == {**task, "completed_count": count}

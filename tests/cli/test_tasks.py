"""The task-management verbs: their output, letter for letter."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from project import Project

from fanout.cli.commands import task_verbs

ROUTER = Path(__file__).parents[2] / "skills" / "task-management" / "router.sh"


def project(root, features):
    """Features by name: {"task": {...} or None, "subtasks": [{...}]}; only what differs from the usual is given."""
    for name, feature in features.items():
        folder = root / ".tmp" / "tasks" / name
        folder.mkdir(parents=True)
        subtasks = feature.get("subtasks", [])
        if feature.get("task", {}) is not None:
            base = {"id": name, "name": name.title(), "status": "active", "subtask_count": len(subtasks)}
            (folder / "task.json").write_text(json.dumps({**base, **feature.get("task", {})}), encoding="utf-8")
        for number, given in enumerate(subtasks, 1):
            seq = f"{number:02d}"
            base = {
                **{"id": f"{name}-{seq}", "seq": seq, "title": f"Part {seq}", "status": "pending", "depends_on": []},
                **{"parallel": True, "acceptance_criteria": ["ok"], "deliverables": [f"src/{name}{seq}.ts"]},
            }
            record = {key: value for key, value in {**base, **given}.items() if value is not ...}
            (folder / f"subtask_{seq}.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return root


def run(root, capsys, *argv):
    code = task_verbs.main(list(argv), str(root))
    return code, capsys.readouterr().out


@pytest.fixture
def shop(tmp_path):
    """One feature of five subtasks in every state, and an archived one."""
    return project(
        tmp_path,
        {
            "shop": {
                "task": {"completed_count": 1},
                "subtasks": [
                    {"status": "completed"},
                    {"depends_on": ["01"]},
                    {"depends_on": ["01"], "parallel": False},
                    {"depends_on": ["02", "03"]},
                    {"status": "blocked", "depends_on": []},
                    {"status": "in_progress", "depends_on": ["01"]},
                ],
            },
            "completed/old": {"subtasks": [{}]},
        },
    )


STATUS = """
[shop] Shop
  Status: active | Progress: 17% (1/6)
  Pending: 3 | In Progress: 1 | Completed: 1 | Blocked: 1
"""
NEXT = """
=== Ready Tasks (deps satisfied) ===

[shop]
  02 - Part 02  [parallel]
  03 - Part 03  [sequential]

"""
PARALLEL = """
=== Parallelizable Tasks Ready Now ===

[shop] - 1 parallel tasks:
  02 - Part 02

"""
BLOCKED = """
=== Blocked Tasks ===

[shop]
  04 - Part 04 (waiting: 02, 03)
  05 - Part 05 (explicitly blocked)

"""
DEPS = """
=== Dependency Tree: shop/04 ===

04 - Part 04 [pending]
  ├── ○ 02 - Part 02 [pending]
  │   └── ✓ 01 - Part 01 [completed]
  └── ○ 03 - Part 03 [pending]
      └── ✓ 01 - Part 01 [completed]
"""
NO_DEPS = """
=== Dependency Tree: shop/01 ===

01 - Part 01 [completed]
  └── (no dependencies)
"""
VALID = """
=== Validation Results ===

[shop]
  ✓ All checks passed

"""
CONTEXT = """
=== Bounded Context Breakdown ===

[shop] Shop

"""
CONTRACTS = """
=== Contract Dependencies ===

[shop] - No contracts defined
"""


@pytest.mark.parametrize("feature", [[], ["shop"]])
@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("status", STATUS),
        ("next", NEXT),
        ("parallel", PARALLEL),
        ("blocked", BLOCKED),
        ("validate", VALID),
        ("context", CONTEXT),
        ("contracts", CONTRACTS),
    ],
)
def test_verbs_of_one_or_all_features(shop, capsys, verb, feature, expected):
    assert run(shop, capsys, verb, *feature) == (0, expected)


@pytest.mark.parametrize(
    ("argv", "code", "expected"),
    [
        (["deps", "shop", "04"], 0, DEPS),
        (["deps", "shop", "01"], 0, NO_DEPS),
        (["deps", "shop", "99"], 0, "Task 99 not found in shop\n"),
        (["deps", "shop"], 1, "Usage: deps <feature> <seq>\n"),
        (["complete", "shop", "02"], 1, 'Usage: complete <feature> <seq> "summary"\n'),
        (["complete", "shop", "99", "x"], 1, "Task 99 not found in shop\n"),
        (["complete", "shop", "02", "x" * 201], 1, "Error: Summary must be max 200 characters\n"),
        (["complete", "shop", "02", "🎯" * 101], 1, "Error: Summary must be max 200 characters\n"),
        (["status", "none"], 0, "\n[none] - No task.json found\n"),
        (["next", "none"], 0, "\n=== Ready Tasks (deps satisfied) ===\n\n"),
        (["validate", "none"], 1, "\n=== Validation Results ===\n\n[none]\n  ✗ ERROR: Missing task.json\n\n"),
    ],
)
def test_verbs_with_arguments(shop, capsys, argv, code, expected):
    assert run(shop, capsys, *argv) == (code, expected)


@pytest.mark.parametrize("argv", [[], ["help"], ["unknown"], ["--version"]])
def test_help(shop, capsys, argv):
    code, out = run(shop, capsys, *argv)
    assert code == 0
    assert out.startswith("\nTask Management\n\nUsage: fanout tasks <command> [feature] [args...]\n")
    assert all(f"  {verb}" in out for verb in task_verbs.VERBS)


def test_no_features(tmp_path, capsys):
    assert run(tmp_path, capsys, "status") == (0, "No active features found.\n")


def test_complete_writes_what_the_tool_writes(shop, capsys):
    folder = shop / ".tmp" / "tasks" / "shop"
    before = json.loads((folder / "subtask_02.json").read_text())
    code, out = run(shop, capsys, "complete", "shop", "02", "Wrote", "the cart")
    assert (code, out) == (0, "\n✓ Marked shop/02 as completed\n  Summary: Wrote the cart\n  Progress: 2/6\n")
    after = json.loads((folder / "subtask_02.json").read_text())
    assert after.pop("completed_at").endswith("Z")
    assert after == {**before, "status": "completed", "completion_summary": "Wrote the cart"}
    assert json.loads((folder / "task.json").read_text())["completed_count"] == 2
    assert run(shop, capsys, "complete", "shop", "02", "Again")[0] == 0
    assert json.loads((folder / "subtask_02.json").read_text())["completion_summary"] == "Again"


def test_complete_without_task_json_has_no_progress_line(tmp_path, capsys):
    project(tmp_path, {"a": {"task": None, "subtasks": [{}]}})
    code, out = run(tmp_path, capsys, "complete", "a", "01", "x")
    assert (code, out) == (0, "\n✓ Marked a/01 as completed\n  Summary: x\n")


@pytest.mark.parametrize(
    ("subtasks", "task", "lines"),
    [
        ([{"id": "other-01"}], {}, ["  ✗ ERROR: 01: ID should start with feature name"]),
        ([{"depends_on": ["07"]}], {}, ["  ✗ ERROR: 01: depends on non-existent task 07"]),
        (
            [{"depends_on": ["02"]}, {"depends_on": ["01"]}, {"depends_on": ["02"]}],
            {},
            [
                "  ✗ ERROR: 01: circular dependency detected: 01 -> 02 -> 01",
                "  ✗ ERROR: 02: circular dependency detected: 02 -> 01 -> 02",
                "  ✗ ERROR: 03: circular dependency detected: 03 -> 02 -> 01 -> 02",
            ],
        ),
        ([{}], {"subtask_count": 5}, ["  ✗ ERROR: task.json subtask_count (5) doesn't match actual count (1)"]),
        (
            [{"acceptance_criteria": ..., "deliverables": []}],
            {"subtask_count": 2},
            [
                "  ✗ ERROR: task.json subtask_count (2) doesn't match actual count (1)",
                "  ⚠ WARNING: 01: No acceptance criteria defined",
                "  ⚠ WARNING: 01: No deliverables defined",
            ],
        ),
        (
            [{"contracts": [{"type": "rpc", "name": "x", "status": "new"}], "design_components": [{"type": "photo"}]}],
            {"contracts": [{"type": "soap", "name": "y", "status": "draft"}]},
            [
                '  ✗ ERROR: 01: invalid contract type "rpc"',
                '  ✗ ERROR: 01: invalid contract status "new"',
                '  ✗ ERROR: 01: invalid design component type "photo"',
                '  ✗ ERROR: task.json: invalid contract type "soap"',
            ],
        ),
        (
            [
                {
                    "context_files": [{"path": "a.md", "lines": "20-1"}],
                    "reference_files": [{"path": "b", "lines": "3-3"}],
                }
            ],
            {"context_files": [{"path": "a.md", "lines": "a"}]},
            [
                "  ✗ ERROR: 01: context_files line format error: "
                'Invalid range (start > end): "20-1". Start must be less than or equal to end.',
                '  ✗ ERROR: task.json: context_files line format error: Invalid characters in line range: "a". '
                "Only digits, commas, and hyphens are allowed.",
                "  ⚠ WARNING: 01: reference_files line format warning: "
                'Range "3-3" has same start and end. Consider using single line format: "3"',
            ],
        ),
        (
            [{}],
            {
                "rice_score": {"reach": 0, "impact": 4, "confidence": 101, "effort": 0},
                "wsjf_score": {"business_value": 11, "time_criticality": 1, "risk_reduction": 0, "job_size": 10},
            },
            [
                "  ✗ ERROR: RICE reach must be > 0",
                "  ✗ ERROR: RICE impact must be 0.25-3",
                "  ✗ ERROR: RICE confidence must be 0-100",
                "  ✗ ERROR: RICE effort must be > 0",
                "  ✗ ERROR: WSJF business_value must be 1-10",
                "  ✗ ERROR: WSJF risk_reduction must be 1-10",
            ],
        ),
    ],
)
def test_validate(tmp_path, capsys, subtasks, task, lines):
    project(tmp_path, {"a": {"task": task, "subtasks": subtasks}})
    code, out = run(tmp_path, capsys, "validate", "a")
    assert out == "\n=== Validation Results ===\n\n[a]\n" + "\n".join(lines) + "\n\n"
    assert code == any("ERROR" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("1", False),
        ("1-20, 35", False),
        ("", False),
        (",1", True),
        ("1,", True),
        ("-1", True),
        ("1-", True),
        ("1,,2", True),
        ("1--2", True),
        ("1-2-3", True),
        ("0", True),
        ("0-4", True),
        ("5-4", True),
        ("1, ,2", True),
        ("1 -2", False),
    ],
)
def test_line_ranges(text, wrong):
    from fanout.cli.commands.task_checks import line_ranges

    assert bool(line_ranges(text)[0]) is wrong


def test_a_cycle_ends(tmp_path, capsys):
    project(tmp_path, {"a": {"subtasks": [{"depends_on": ["02"]}, {"depends_on": ["01", "09"]}]}})
    code, out = run(tmp_path, capsys, "deps", "a", "01")
    assert code == 0
    assert out == (
        "\n=== Dependency Tree: a/01 ===\n\n01 - Part 01 [pending]\n"
        "  └── ○ 02 - Part 02 [pending]\n"
        "      ├── ○ 01 - Part 01 [pending] (circular)\n"
        "      └── ? 09 - NOT FOUND\n"
    )


def test_a_tree_that_doubles_at_each_level_ends(tmp_path, capsys):
    layers = [{"depends_on": [f"{n - 1:02d}", f"{n - 1:02d}"] if n > 1 else []} for n in range(1, 41)]
    project(tmp_path, {"a": {"subtasks": layers}})
    code, out = run(tmp_path, capsys, "deps", "a", "40")
    assert code == 0
    assert out.endswith("  ... the tree is longer\n")


VERSION_2 = {
    "bounded_context": "billing",
    "module": "pay",
    "vertical_slice": "checkout",
    "release_slice": "v1.0",
    "rice_score": {"reach": 1000, "impact": 2, "confidence": 80, "effort": 3},
    "wsjf_score": {"business_value": 8, "time_criticality": 6, "risk_reduction": 5, "job_size": 3},
    "contracts": [
        {"type": "api", "name": "Pay", "status": "implemented", "path": "src/pay.ts", "description": "Takes money"},
        {"type": "event", "name": "Paid", "status": "draft"},
    ],
}


def test_the_second_schema_version(tmp_path, capsys):
    subtasks = [
        {"status": "completed", "contracts": [{"type": "api", "name": "Refund", "status": "verified"}]},
        {"status": "in_progress", "bounded_context": "mail"},
        {"depends_on": ..., "acceptance_criteria": ..., "deliverables": ...},
    ]
    project(tmp_path, {"a": {"task": VERSION_2, "subtasks": subtasks}})
    assert run(tmp_path, capsys, "status", "a")[1] == (
        "\n[a] A\n  Status: active | Progress: 33% (1/3)\n"
        "  Pending: 1 | In Progress: 1 | Completed: 1 | Blocked: 0\n"
        "  Bounded Context: billing\n  Module: pay\n  Vertical Slice: checkout\n  Release: v1.0\n"
        "  RICE Score: 533.33 (R:1000 I:2 C:80% E:3)\n"
        "  WSJF Score: 6.33 (BV:8 TC:6 RR:5 JS:3)\n"
        "  Contracts: 2 (1 implemented)\n"
    )
    assert run(tmp_path, capsys, "context", "a")[1] == (
        "\n=== Bounded Context Breakdown ===\n\n[a] A\n"
        "  Bounded Context: billing\n  Module: pay\n  Vertical Slice: checkout\n\n  Subtasks by Context:\n"
        "    billing: 2 tasks\n      ✓ 01 - Part 01\n      ○ 03 - Part 03\n"
        "    mail: 1 tasks\n      ~ 02 - Part 02\n\n"
    )
    assert run(tmp_path, capsys, "contracts", "a")[1] == (
        "\n=== Contract Dependencies ===\n\n[a] A\n  Total Contracts: 3\n\n"
        "  API Contracts (2):\n    ~ Pay [implemented] (task)\n       Takes money\n       Path: src/pay.ts\n"
        "    ✓ Refund [verified] (subtask 01)\n\n"
        "  EVENT Contracts (1):\n    ◌ Paid [draft] (task)\n\n"
    )
    assert "03 - Part 03" in run(tmp_path, capsys, "next", "a")[1]


@pytest.mark.parametrize(
    ("score", "shown"), [({"score": 0.125}, "0.13"), ({"score": 10}, "10.00"), ({"reach": 1, "effort": 0}, "Infinity")]
)
def test_scores_round_as_the_tool_does(tmp_path, capsys, score, shown):
    project(tmp_path, {"a": {"task": {"rice_score": {"impact": 1, "confidence": 100, **score}}}})
    assert f"  RICE Score: {shown} (" in run(tmp_path, capsys, "status", "a")[1]


def test_batches_in_the_layout_of_the_skill(tmp_path, capsys):
    subtasks = [{}, {}, {"depends_on": ["01", "02"], "parallel": False}]
    project(tmp_path, {"user-dashboard": {"subtasks": subtasks}})
    assert run(tmp_path, capsys, "batches", "user-dashboard") == (
        0,
        "Batch 1 (Ready now):\n- subtask_01.json (parallel: true)\n- subtask_02.json (parallel: true)\n\n"
        'Batch 2 (After Batch 1):\n- subtask_03.json (depends_on: ["01", "02"])\n',
    )


def test_batches_keep_tasks_of_one_file_apart(tmp_path, capsys):
    project(tmp_path, {"a": {"subtasks": [{"deliverables": ["src/x.ts"]}, {"deliverables": ["src/x.ts"]}]}})
    code, out = run(tmp_path, capsys, "batches", "a")
    assert code == 0
    assert out.startswith("Batch 1 (Ready now):\n- subtask_01.json (parallel: true)\n\nBatch 2 (After Batch 1):\n")
    assert "src/x.ts" in out.splitlines()[-1]


def test_a_task_of_a_batch_waits_for_one_of_an_earlier_batch(tmp_path, capsys):
    files = ["a b", "a", "b c", "c d", "d a"]
    project(tmp_path, {"a": {"subtasks": [{"deliverables": [f"src/{x}.ts" for x in one.split()]} for one in files]}})
    batch = {}
    for line in run(tmp_path, capsys, "batches", "a")[1].splitlines():
        if line.startswith("Batch"):
            number = int(line.split()[1])
        elif line:
            name = line.removeprefix("- subtask_")[:2]
            batch[name] = number
            waits_for = line.partition("waits for ")[2][:2]
            assert (number == 1 and not waits_for) or batch[waits_for] < number


def test_broken_json_is_named(tmp_path, capsys):
    project(tmp_path, {"a": {"subtasks": [{}]}})
    (tmp_path / ".tmp" / "tasks" / "a" / "subtask_01.json").write_text('{"id" 1}')
    code, out = run(tmp_path, capsys, "status")
    assert code == 1
    assert out.startswith("Error: .tmp/tasks/a/subtask_01.json:1:7: not valid JSON: expecting ':' delimiter")


def test_comments_are_tolerated(tmp_path, capsys):
    project(tmp_path, {"a": {"subtasks": [{}]}})
    (tmp_path / ".tmp" / "tasks" / "a" / "subtask_01.json").write_text(
        '{"seq": "01", // the first\n "title": "One", "status": "pending",}'
    )
    assert "  01 - One  [sequential]\n" in run(tmp_path, capsys, "next")[1]


def test_existing_tasks_above_win_over_a_nearer_package(tmp_path, capsys):
    project(tmp_path, {"a": {"subtasks": [{}]}})
    inner = tmp_path / "packages" / "web"
    inner.mkdir(parents=True)
    (inner / "package.json").write_text("{}")
    code = task_verbs.main(["parallel"], str(inner))
    shown = capsys.readouterr()
    assert (code, shown.out.count("01 - Part 01")) == (0, 1)
    assert shown.err == f"fanout: the tasks are those of {tmp_path}\n"


def test_router_starts_the_command(shop):
    environment = {"PATH": os.environ["PATH"], "HOME": str(shop), "LANG": "C.UTF-8"}
    if "FANOUT_CACHE_DIR" in os.environ:
        environment["FANOUT_CACHE_DIR"] = os.environ["FANOUT_CACHE_DIR"]
    done = subprocess.run([str(ROUTER), "parallel", "shop"], cwd=shop, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, PARALLEL), done.stderr


def test_router_without_the_command(tmp_path):
    folder = tmp_path / "skills" / "task-management"
    folder.mkdir(parents=True)
    copy = folder / "router.sh"
    copy.write_bytes(ROUTER.read_bytes())
    done = subprocess.run(["sh", str(copy), "status"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, f"Error: fanout not found at {tmp_path}/bin/fanout\n")


def test_a_file_without_a_status_is_pending(tmp_path, capsys):
    project(tmp_path, {"a": {"subtasks": [{"status": ...}, {"status": ..., "depends_on": ["01"]}]}})
    assert "  Pending: 2 | In Progress: 0 | Completed: 0 | Blocked: 0\n" in run(tmp_path, capsys, "status", "a")[1]
    assert "  01 - Part 01  [parallel]\n" in run(tmp_path, capsys, "next", "a")[1]
    assert "[a] - 1 parallel tasks:\n  01 - Part 01\n" in run(tmp_path, capsys, "parallel", "a")[1]
    assert "  02 - Part 02 (waiting: 01)\n" in run(tmp_path, capsys, "blocked", "a")[1]
    assert "[pending]" in run(tmp_path, capsys, "deps", "a", "02")[1]
    assert run(tmp_path, capsys, "complete", "a", "01", "did it")[0] == 0
    assert "  Pending: 1 | In Progress: 0 | Completed: 1 | Blocked: 0\n" in run(tmp_path, capsys, "status", "a")[1]


def test_complete_refuses_what_needs_an_open_task(shop, capsys):
    before = (shop / ".tmp/tasks/shop/subtask_04.json").read_text()
    assert run(shop, capsys, "complete", "shop", "04", "early") == (
        1,
        'Error: 04 needs 02 (pending), 03 (pending). Complete that first, or: complete shop 04 "summary" --force\n',
    )
    assert (shop / ".tmp/tasks/shop/subtask_04.json").read_text() == before
    code, out = run(shop, capsys, "complete", "shop", "04", "early", "--force")
    assert (code, out) == (0, "\n✓ Marked shop/04 as completed\n  Summary: early\n  Progress: 2/6\n")


@pytest.mark.parametrize("way", ["folder", "script", "relative"])
def test_router_behind_a_link(shop, way):
    link = shop / ".opencode" / "skills" / "task-management"
    link.parent.mkdir(parents=True)
    if way == "script":
        link.mkdir()
        (link / "router.sh").symlink_to(ROUTER)
    else:
        link.symlink_to(os.path.relpath(ROUTER.parent, link.parent) if way == "relative" else ROUTER.parent)
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "FANOUT_CACHE_DIR") if name in os.environ}
    typed = ["bash", ".opencode/skills/task-management/router.sh", "status", "shop"]
    done = subprocess.run(typed, cwd=shop, env=environment | {"LANG": "C.UTF-8"}, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, STATUS), done.stderr


def test_during_a_run_the_verbs_show_what_the_run_knows(tmp_path, capsys):
    root = project(
        tmp_path / "p", {"shop": {"subtasks": [{}, {}, {}, {"depends_on": ["03"]}, {"status": "completed"}]}}
    )
    there = Project(root)
    assert there.fanout("start", "shop").code == 0
    for name in ("w1", "w2", "w3"):
        there.fanout("claim", "--worker", name)
    there.write({"src/shop01.ts": "x"})
    there.fanout("done", "shop-1/01", "wrote the cart")
    there.fanout("fail", "shop-1/03", "no key")
    files = {path.name: path.read_text() for path in (root / ".tmp/tasks/shop").iterdir()}
    lines = """  Run shop-1:
  subtask_01.json: status: "completed" - Part 01: wrote the cart
  subtask_02.json: status: "in_progress" - Part 02
  subtask_03.json: status: "blocked" - Part 03: no key
  subtask_04.json: status: "pending" - Part 04: needs 03, which failed
  subtask_05.json: status: "completed" - Part 05
"""
    said = run(root, capsys, "status", "shop")[1]
    assert said.endswith(f"  Pending: 1 | In Progress: 1 | Completed: 2 | Blocked: 1\n{lines}")
    assert run(root, capsys, "parallel", "shop")[1] == f"\n=== Parallelizable Tasks Ready Now ===\n\n{lines}"
    assert "  03 - Part 03 (explicitly blocked)" in run(root, capsys, "blocked", "shop")[1]
    assert files == {path.name: path.read_text() for path in (root / ".tmp/tasks/shop").iterdir()}, "only read"
    there.fanout("cancel")
    assert "Run shop-1" not in run(root, capsys, "status", "shop")[1]

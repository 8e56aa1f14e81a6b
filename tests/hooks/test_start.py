"""hooks/start as the client runs it: a process for each event, and what happens when it can't decide."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from mounts import passed_on
from project import CHECKOUT
from run.plans import plan

START = CHECKOUT / "hooks" / "start"


def hook(
    root: Path, event: str, data: dict[str, Any] | bytes, start: Path = START, **env: str
) -> subprocess.CompletedProcess[str]:
    given = data if isinstance(data, bytes) else json.dumps(data).encode()
    done = subprocess.run(
        [str(start), event],
        input=given,
        capture_output=True,
        check=False,
        cwd=root,
        env={"PATH": os.environ["PATH"], "CLAUDE_PROJECT_DIR": str(root), **passed_on(), **env},
        timeout=60,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def write_of(desk: Desk, agent: str, path: str) -> dict[str, Any]:
    return {
        "session_id": "s1",
        "cwd": str(desk.root),
        "transcript_path": str(desk.transcript),
        "hook_event_name": "PreToolUse",
        "agent_id": agent,
        "tool_name": "Write",
        "tool_input": {"file_path": str(desk.root / path), "content": "x"},
        "tool_use_id": "t",
    }


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


EVENTS = ["session-end", "guard", "after", "wrote", "batch", "agent-stop", "agent-failed", "prompt", "stop", "compact"]


@pytest.mark.parametrize("event", EVENTS)
def test_outside_a_run_every_event_is_silent_and_starts_no_python(tmp_path: Path, event: str) -> None:
    done = hook(tmp_path, event, b"not json at all", PATH="/nowhere")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("event", ["gate", "session-start"])
def test_outside_a_run_a_failure_is_silent_too(tmp_path: Path, event: str) -> None:
    done = hook(tmp_path, event, b"{", CLAUDE_PLUGIN_DATA="/proc/none")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_inside_a_run_the_process_decides_as_the_function_does(two: Desk) -> None:
    assert hook(two.root, "guard", write_of(two, "agent-01", "a")).stdout == ""
    assert "belongs to task 02" in denial(json.loads(hook(two.root, "guard", write_of(two, "agent-01", "b")).stdout))


def test_from_a_folder_below_and_from_a_worktree_it_is_the_same_run(two: Desk) -> None:
    below = two.root / "x" / "y"
    below.mkdir(parents=True)
    assert "belongs to" in hook(below, "guard", write_of(two, "agent-01", "b")).stdout
    tree = two.root.parent / "tree"
    tree.mkdir()
    (two.root / ".git" / "worktrees" / "tree").mkdir(parents=True)
    (tree / ".git").write_text(f"gitdir: {two.root}/.git/worktrees/tree\n")
    assert "belongs to" in hook(tree, "guard", write_of(two, "agent-01", "b")).stdout


def broken_copy(tmp_path: Path, line: str) -> Path:
    """The hooks with `line` at the start of the guard."""
    copy = tmp_path / "copy"
    (copy / "hooks").mkdir(parents=True)
    (copy / "hooks" / "start").write_text(START.read_text())
    (copy / "hooks" / "start").chmod(0o755)
    (copy / "scripts").mkdir()
    (copy / "scripts" / "hook.py").write_text(f"import os, sys, time\n{line}\n")
    return copy / "hooks" / "start"


@pytest.mark.parametrize("event", ["agent-failed", "prompt", "session-end"])
def test_what_its_driver_knows_by_itself_starts_no_python_for_an_attempt(two: Desk, tmp_path: Path, event: str) -> None:
    start = broken_copy(tmp_path, "sys.exit(7)")
    assert hook(two.root, event, b"{}", start).returncode == 1
    done = hook(two.root, event, b"{}", start, FANOUT_ATTEMPT="demo-1/01/1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert hook(two.root, "guard", write_of(two, "", "b"), start, FANOUT_ATTEMPT="demo-1/01/1").returncode == 2


@pytest.mark.parametrize(
    "line",
    ["raise SystemError('boom')", "sys.exit(7)", "os.abort()", "import no_such_module", "os.kill(os.getpid(), 9)"],
)
@pytest.mark.parametrize("event", ["guard", "gate"])
def test_a_hook_that_crashes_denies_inside_a_run(two: Desk, tmp_path: Path, line: str, event: str) -> None:
    done = hook(two.root, event, write_of(two, "agent-01", "a"), broken_copy(tmp_path, line))
    assert done.returncode == 2, "exit code 2 is the client's word for no"
    assert "inside a run that means no" in done.stderr and "fanout doctor" in done.stderr


def test_a_crash_elsewhere_says_so_and_lets_the_client_go_on(two: Desk, tmp_path: Path) -> None:
    done = hook(two.root, "prompt", {}, broken_copy(tmp_path, "sys.exit(7)"))
    assert done.returncode == 1 and "exit code 7" in done.stderr


def test_a_hook_that_hangs_is_ended_at_its_deadline_and_denies(two: Desk, tmp_path: Path) -> None:
    scripts = CHECKOUT / "scripts"
    line = (
        f"sys.path.insert(0, {str(scripts)!r})\nfrom fanout.hooks import door\ndoor.DEADLINE_SECONDS = 0.3\n"
        "door.handle = lambda *_: time.sleep(60)\nsys.exit(door.main(sys.argv[1:]))"
    )
    done = hook(two.root, "guard", write_of(two, "agent-01", "a"), broken_copy(tmp_path, line))
    assert done.returncode == 2 and f"exit code {128 + signal.SIGALRM}" in done.stderr


def test_a_missing_python_denies(two: Desk) -> None:
    (two.root / ".fanout" / "live").write_text("/no/such/python\n")
    sh = two.root / "sh"
    sh.mkdir()
    (sh / "sh").symlink_to("/bin/sh")
    done = hook(two.root, "guard", write_of(two, "agent-01", "a"), PATH=str(sh))
    assert done.returncode == 2 and "finds no Python 3.9 or newer that runs" in done.stderr
    assert "fanout cancel" in done.stderr
    cancel = {**write_of(two, "", ""), "tool_name": "Bash", "tool_input": {"command": "fanout cancel"}}
    for given, code in ((cancel, 0), ({**cancel, "tool_input": {"command": "fanout cancel; rm -rf b"}}, 2)):
        assert hook(two.root, "guard", given, PATH=str(sh)).returncode == code


@pytest.mark.parametrize("stub", ["exit 1", "exit 9", "echo 'Python was not found' >&2; exit 49"])
def test_a_python_that_is_none_gives_way_to_the_next(two: Desk, stub: str) -> None:
    tools = two.root / "tools"
    tools.mkdir()
    for name in ("python3", "python"):
        (tools / name).write_text(f"#!/bin/sh\n{stub}\n")
        (tools / name).chmod(0o755)
    (tools / "sh").symlink_to("/bin/sh")
    (tools / "python3.11").symlink_to(sys.executable)
    (two.root / ".fanout" / "live").write_text(f"{tools}/python3\n")
    done = hook(two.root, "guard", write_of(two, "agent-01", "b"), PATH=str(tools))
    assert "belongs to task 02" in denial(json.loads(done.stdout))


@pytest.mark.skipif(not os.path.exists("/usr/bin/python3"), reason="no python3 of the system")
@pytest.mark.parametrize("installed", [True, False])
def test_the_stub_of_a_mac_without_developer_tools_is_not_started(two: Desk, installed: bool) -> None:
    """It opens a dialog, each time. `xcode-select -p` says whether there is more than the stub."""
    tools = two.root / "tools"
    tools.mkdir()
    (tools / "sh").symlink_to("/bin/sh")
    (tools / "xcode-select").write_text(f"#!/bin/sh\nexit {0 if installed else 2}\n")
    (tools / "xcode-select").chmod(0o755)
    (two.root / ".fanout" / "live").write_text("/usr/bin/python3\n")
    done = hook(two.root, "guard", write_of(two, "agent-01", "b"), PATH=str(tools))
    assert ("belongs to task 02" in done.stdout) is installed
    assert ("finds no Python 3.9 or newer that runs" in done.stderr) is not installed


@pytest.mark.parametrize("path", ["C:/x/y", "C:\\x\\y", "C:", ".", "x/y", "\\", "/", "//", "a\\b/c"])
@pytest.mark.parametrize("event", ["guard", "prompt"])
def test_the_way_up_ends_on_every_form_of_a_path(tmp_path: Path, path: str, event: str) -> None:
    done = hook(tmp_path, event, b"{}", CLAUDE_PROJECT_DIR=path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_path_with_backslashes_is_the_same_project(two: Desk) -> None:
    spelled = str(two.root).replace("/", "\\")
    done = hook(two.root, "guard", write_of(two, "agent-01", "b"), CLAUDE_PROJECT_DIR=spelled)
    assert "belongs to task 02" in denial(json.loads(done.stdout))


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[:200] = b"garbage" * 28 + b"garb"
    path.write_bytes(data)


def test_a_corrupt_database_denies_with_the_reason(two: Desk) -> None:
    two.db.close()
    for extra in ("state.db-wal", "state.db-shm"):
        (two.root / ".fanout" / extra).unlink(missing_ok=True)
    damage(two.root / ".fanout" / "state.db")
    reason = denial(json.loads(hook(two.root, "guard", write_of(two, "agent-01", "a")).stdout))
    assert "inside a run that means no" in reason and "damaged" in reason


def test_a_newer_database_denies_and_names_both_versions(two: Desk) -> None:
    two.db.execute("PRAGMA user_version = 99")
    reason = denial(json.loads(hook(two.root, "guard", write_of(two, "agent-01", "a")).stdout))
    assert "has schema 99" in reason and "Update the plugin" in reason


@pytest.mark.slow
def test_a_locked_database_denies_and_says_to_try_again(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = sqlite3.connect(two.root / ".fanout" / "state.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        reason = denial(json.loads(hook(two.root, "guard", write_of(two, "agent-01", "new")).stdout))
        assert "stayed locked" in reason and "Try again" in reason
    finally:
        holder.rollback()


@pytest.mark.parametrize("given", [b"", b"{", b"[]", b"null", b"\x00\xff", b'{"tool_name": 3', b"[" * 200000])
@pytest.mark.parametrize("event", ["guard", "gate"])
def test_unreadable_input_never_opens_the_gate(two: Desk, given: bytes, event: str) -> None:
    done = hook(two.root, event, given)
    assert done.returncode == 2 or "inside a run that means no" in denial(json.loads(done.stdout))
    assert "Traceback" not in done.stdout + done.stderr


HOT = """
import sys
before = set(sys.modules)
sys.path.insert(0, {scripts!r})
import _json, _sqlite3
base = set(sys.modules)
from fanout.hooks import door
sys.stdin = open(0)
door.main(["guard", {root!r}])
print()
print("\\n".join(sorted(set(sys.modules) - base)))
"""


# Loaded where names fold; the last one where keys are in capitals, which no plain pattern is.
SPELLING = {"fanout.run.store.spelling", "fanout.run.store.case_folding"}
SPELLING |= {"fanout.run.store.expressions"} if passed_on() else set()


def test_what_the_guard_imports_is_counted(two: Desk) -> None:
    code = HOT.format(scripts=str(CHECKOUT / "scripts"), root=str(two.root))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        input=json.dumps(write_of(two, "agent-01", "a")),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name for name in done.stdout.split() if not name.startswith("fanout")}
    standard = {
        "__future__",
        "_json",
        "_signal",
        "_sqlite3",
        "_stat",
        "genericpath",
        "os",
        "os.path",
        "posixpath",
        "stat",
    }
    assert loaded <= standard | {"_blake2", "_hashlib", "hashlib"}, sorted(loaded)


def test_an_edit_of_an_own_file_loads_few_modules(two: Desk) -> None:
    """Where names fold, those that spell them come to it."""
    assert two.write("agent-01", "a") == {}
    code = HOT.format(scripts=str(CHECKOUT / "scripts"), root=str(two.root))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        input=json.dumps(write_of(two, "agent-01", "a")),
        capture_output=True,
        text=True,
        check=True,
    )
    ours = {name for name in done.stdout.split() if name.startswith("fanout")} - SPELLING
    assert len(ours) <= 24, sorted(ours)


@pytest.mark.parametrize("kind", ["folder", "worktree"])
def test_a_repository_inside_the_project_is_not_of_its_run(two: Desk, kind: str) -> None:
    """A vendored repository, a submodule: the run around it guards nothing there."""
    inner = two.root / "vendor" / "other"
    inner.mkdir(parents=True)
    if kind == "folder":
        (inner / ".git").mkdir()
    else:
        (inner / ".git").write_text("gitdir: ../../.git/modules/other\n")
    assert hook(inner, "guard", write_of(two, "agent-01", "b")).stdout == ""
    (inner / "src").mkdir()
    assert hook(inner / "src", "guard", write_of(two, "agent-01", "b")).stdout == ""
    assert "belongs to" in hook(inner.parent, "guard", write_of(two, "agent-01", "b")).stdout


def launch_of(root: Path, tool_use: str, kind: str = "general-purpose") -> dict[str, Any]:
    given = {"description": tool_use, "prompt": "do it", "subagent_type": kind}
    event = {"hook_event_name": "PreToolUse", "tool_name": "Agent", "tool_input": given, "tool_use_id": tool_use}
    return {"session_id": "s1", "cwd": str(root), "transcript_path": str(root.parent / "s1.jsonl"), **event}


@pytest.mark.parametrize("recorded", [None, "/no/such/python", "", sys.executable])
def test_agents_without_a_plan_are_seen_whatever_python_is_on_record(tmp_path: Path, recorded: str | None) -> None:
    root, data = tmp_path / "project", tmp_path / "data"
    root.mkdir()
    data.mkdir()
    if recorded is not None:
        (data / "python").write_text(f"{recorded}\n")
    for number in ("one", "two"):
        done = hook(root, "gate", launch_of(root, number), CLAUDE_PLUGIN_DATA=str(data))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (root / ".fanout" / "live").exists(), "two agents at work: both are guarded"


@pytest.mark.parametrize(
    ("line", "most"),
    [
        ("git add src/a.py && git status", 75),
        ("npm test", 71),
        ("python -m pytest -q tests/test_a.py --html=r.html", 77),
        ("sed -n 1,20p a | grep -c def > /dev/null && npm test", 74),
        ('cd src && ls -la && cat > "$HOME/x" <<EOF\nsome $text\nEOF', 76),
    ],
)
def test_a_usual_command_line_loads_few_modules_and_no_re(two: Desk, line: str, most: int) -> None:
    (two.root / "a").write_text("def a(): ...\n")
    given = {**write_of(two, "agent-01", "a"), "tool_name": "Bash", "tool_input": {"command": line}}
    code = HOT.format(scripts=str(CHECKOUT / "scripts"), root=str(two.root))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    ours = sorted({name for name in loaded if name.startswith("fanout")} - SPELLING)
    assert {"re", "json", "enum", "subprocess", "typing"}.isdisjoint(loaded), sorted(set(loaded) - set(ours))
    assert len(ours) <= most, (len(ours), ours)


@pytest.mark.parametrize(("line", "questions"), [("git add a", []), ("git add .", ["add -n -- ."])])
def test_git_add_asks_git_only_what_the_line_does_not_say(
    two: Desk, tmp_path: Path, line: str, questions: list[str]
) -> None:
    subprocess.run(["git", "init", "-q"], cwd=two.root, check=True)
    for agent, name in (("agent-01", "a"), ("agent-02", "b")):
        two.do(agent, name)
    asked = tmp_path / "asked"
    (tmp_path / "bin").mkdir()
    git = tmp_path / "bin" / "git"
    git.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>{asked}\nexec {shutil.which("git")} "$@"\n')
    git.chmod(0o755)
    given = {**write_of(two, "agent-01", "a"), "tool_name": "Bash", "tool_input": {"command": line}}
    done = hook(two.root, "guard", given, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert done.returncode == 0 and bool(done.stdout) == bool(questions), "all of a folder is a sibling's, too"
    text = asked.read_text() if asked.exists() else ""
    assert [said.partition("hooksPath=/dev/null ")[2] for said in text.splitlines()][
        : len(questions) or None
    ] == questions

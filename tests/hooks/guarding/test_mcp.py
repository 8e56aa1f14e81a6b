"""MCP tools: which write files, with which arguments, which run commands, and which only look as if they did."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, context, denial
from run.plans import plan

from fanout.hooks.guarding import mcp, mcp_line

OWN = "src/b.py"

# Tools of known servers with the arguments they have, each told to write OWN.
WRITERS: list[tuple[str, dict[str, object]]] = [
    ("mcp__filesystem__write_file", {"path": OWN, "content": "x"}),
    ("mcp__filesystem__edit_file", {"path": OWN, "edits": [{"oldText": "src/a.py", "newText": "/etc/hosts"}]}),
    ("mcp__filesystem__move_file", {"source": OWN, "destination": "src/c.py"}),
    ("mcp__filesystem__move_file", {"source": "src/a.py", "destination": OWN}),
    ("mcp__desktop-commander__write_file", {"path": OWN, "content": "x", "mode": "rewrite"}),
    ("mcp__desktop-commander__edit_block", {"file_path": OWN, "old_string": "a", "new_string": "b"}),
    ("mcp__desktop-commander__write_pdf", {"path": "in.pdf", "content": [], "outputPath": OWN}),
    ("mcp__serena__create_text_file", {"relative_path": OWN, "content": "x"}),
    ("mcp__serena__replace_regex", {"relative_path": OWN, "regex": "a", "repl": "b"}),
    ("mcp__serena__replace_content", {"relative_path": OWN, "needle": "a", "repl": "b"}),
    ("mcp__serena__replace_symbol_body", {"relative_path": OWN, "name_path": "f", "body": "x"}),
    ("mcp__serena__insert_after_symbol", {"relative_path": OWN, "name_path": "f", "body": "x"}),
    ("mcp__jetbrains__create_new_file", {"pathInProject": OWN, "text": "x", "overwrite": True}),
    ("mcp__jetbrains__replace_text_in_file", {"pathInProject": OWN, "oldText": "a", "newText": "b"}),
    ("mcp__jetbrains__reformat_file", {"path": OWN}),
    ("mcp__jetbrains__apply_patch", {"patch": f"*** Begin Patch\n*** Update File: {OWN}\n@@\n-a\n+b\n*** End Patch"}),
    ("mcp__text-editor__edit_text_file_contents", {"files": [{"path": OWN, "patches": []}]}),
    ("mcp__editor__str_replace_editor", {"command": "create", "path": OWN, "file_text": "x"}),
    ("mcp__excel__write_data_to_excel", {"filepath": OWN, "sheet_name": "s", "data": []}),
    ("mcp__jupyter__insert_cell", {"notebook_path": OWN, "cell_index": 0}),
    ("mcp__x__write_files", {"files": {OWN: "x"}}),
    ("mcp__x__download_file", {"url": "http://example.org/x", "save_path": OWN}),
    ("mcp__x__generate_image", {"prompt": "a cat", "outputPath": OWN}),
    ("mcp__x__set_file_contents", {"path": OWN}),
    ("mcp__x__modifyFile", {"filePath": OWN}),
    ("mcp__x__file_write", {"fileName": OWN}),
    ("mcp__x__touch", {"path": OWN}),
    ("mcp__x__rename", {"oldPath": OWN, "newPath": "src/c.py"}),
    ("mcp__x__convert", {"input": "src/a.py", "output": OWN}),
    ("mcp__x__copy_file", {"source": "src/a.py", "destination": OWN}),
    ("mcp__x__delete_directory", {"path": "src"}),
    ("mcp__x__remove_folder", {"path": "src"}),
    ("mcp__x__move_directory", {"path": "src"}),
    ("mcp__x__rename_directory", {"path": "src"}),
    ("mcp__x__format_folder", {"path": "src"}),
    ("mcp__x__reformat", {"path": "src"}),
]

# Tools that run a command line or git.
RUNNERS: list[tuple[str, dict[str, object]]] = [
    ("mcp__desktop-commander__start_process", {"command": "git checkout .", "timeout_ms": 1000}),
    ("mcp__serena__execute_shell_command", {"command": "echo x > b.py", "cwd": "src"}),
    ("mcp__jetbrains__execute_terminal_command", {"command": f"echo x > {OWN}"}),
    ("mcp__shell__run", {"command": ["git", "reset", "--hard"]}),
    ("mcp__shell__run_command", {"command": "git", "args": ["checkout", "."]}),
    ("mcp__git__git_add", {"repo_path": ".", "files": ["."]}),
    ("mcp__git__git_add", {"repo_path": ".", "files": [OWN]}),
    ("mcp__git__git_stash", {"path": "."}),
    ("mcp__git__git_reset", {"path": ".", "mode": "hard"}),
    ("mcp__git__git_checkout", {"path": ".", "target": "HEAD", "paths": ["src"]}),
    ("mcp__git__git_checkout", {"path": ".", "target": "HEAD", "force": True}),
]

# What reads, what is elsewhere, and arguments that hold no path.
OTHERS: list[tuple[str, dict[str, object]]] = [
    ("mcp__filesystem__read_text_file", {"path": OWN}),
    ("mcp__filesystem__list_directory", {"path": "src"}),
    ("mcp__filesystem__create_directory", {"path": "src"}),
    ("mcp__editor__str_replace_editor", {"command": "view", "path": OWN}),
    ("mcp__playwright__browser_file_upload", {"paths": [OWN]}),
    ("mcp__playwright__browser_take_screenshot", {"filename": "page.png"}),
    ("mcp__s3__upload_file", {"path": OWN}),
    ("mcp__claude_ai_Gmail__create_draft", {"to": "bob@example.org", "subject": "x"}),
    ("mcp__calendar__create_event", {"from": "09:00", "to": "10:00"}),
    ("mcp__tracker__create_issue_link", {"from": "AB-1", "to": "AB-2"}),
    ("mcp__tracker__update_issue", {"id": 1, "source": "cli"}),
    ("mcp__tracker__add_comment", {"path": OWN, "line": 3, "body": "x"}),
    ("mcp__tracker__delete_comment", {"path": OWN, "id": 3}),
    ("mcp__shop__update_customer", {"source": "tok_1"}),
    ("mcp__chat__update_message", {"to": "#dev"}),
    ("mcp__db__insert_rows", {"from": "t1", "to": "t2"}),
    ("mcp__words__update_translation", {"from": "en", "to": "de"}),
    ("mcp__hub__create_or_update_file", {"owner": "o", "repo": "other", "path": OWN, "branch": "b"}),
    ("mcp__bucket__put_file", {"bucket": "b", "path": OWN}),
    ("mcp__web__create_page", {"uri": "https://example.org/x"}),
    ("mcp__ssh__execute_command", {"host": "h", "command": f"echo x > {OWN}"}),
    ("mcp__git__git_status", {"repo_path": "."}),
    ("mcp__git__git_add", {"repo_path": ".", "files": ["src/a.py"]}),
    ("mcp__x__write_file", {"path": 3, "files": [None, 4], "content": ["x"]}),
    ("mcp__x__update_route", {"path": "src/new"}),
    ("mcp__x__update_route", {"output": "src/new.py"}),
    ("mcp__x__rename_route", {"to": "src/new.py"}),
    ("mcp__x__write", {"path": "none/new.py"}),
    ("mcp__x__write_file", {"path": "none/new"}),
    ("mcp__x__write_file", {"path": "/none/new.py"}),
    ("mcp__x__write_file", {"path": "src/two\nlines.py"}),
    ("mcp__x__write_file", {"path": "src/nul\0.py"}),
    ("mcp__x__write_file", {"path": "untitled:src/new.py"}),
    ("mcp__x__write_file", {"path": f"src/{'a/' * 2100}new.py"}),
]

# A file that is not there yet, in a folder that is: named by what is for files, or by what only writes.
NEW_FILES: list[tuple[str, dict[str, object]]] = [
    ("mcp__x__write", {"path": "src/new.py"}),
    ("mcp__x__create_or_update_file_in", {"path": "src/new.py"}),
    ("mcp__x__export_pdf", {"output": "src/new.py"}),
    ("mcp__x__rename_file", {"path": "src/free.py", "to": "src/new.py"}),
    ("mcp__x__copy", {"from": "src/free.py", "target": "src/new.py"}),
    ("mcp__x__write_file", {"path": "src/new.py", "content": "x"}),
    ("mcp__x__write_file", {"path": "deep/new/x.py", "content": "x"}),
]


def case_id(value: object) -> str:
    return str(value)[:60]


@pytest.fixture
def two(desk: Desk) -> Desk:
    (desk.root / "src").mkdir()
    for name in ("a.py", "b.py", "free.py"):
        (desk.root / "src" / name).write_text(f"{name}\n")
    for line in ("init -q -b main", "config user.email dev@example.org", "config user.name Dev", "add src"):
        subprocess.run(["git", *line.split()], cwd=desk.root, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "start"], cwd=desk.root, check=True)
    (desk.root / OWN).write_text("task 02 is at work here\n")
    desk.start(plan({"01": {"writes": ["src/a.py"]}, "02": {"writes": [OWN]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("tool", "call"), WRITERS + RUNNERS, ids=case_id)
def test_what_would_write_a_siblings_file_is_denied(two: Desk, tool: str, call: dict[str, object]) -> None:
    assert denial(two.tool("agent-01", tool, call))


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("tool", "call"), WRITERS, ids=case_id)
def test_the_denial_names_the_file_and_its_owner(two: Desk, tool: str, call: dict[str, object]) -> None:
    assert denial(two.tool("agent-01", tool, call)).startswith(f"{OWN} belongs to task 02")


@pytest.mark.parametrize(("tool", "call"), OTHERS, ids=case_id)
def test_what_writes_no_file_here_is_neither_denied_nor_owned(two: Desk, tool: str, call: dict[str, object]) -> None:
    for agent in ("agent-01", "agent-03", None):
        assert denial(two.tool(agent, tool, call)) == ""
    assert two.rows("SELECT pattern FROM claim WHERE kind = 'first-write'") == []


@pytest.mark.parametrize(("tool", "call"), NEW_FILES, ids=case_id)
def test_who_makes_a_file_owns_it(two: Desk, tool: str, call: dict[str, object]) -> None:
    new = "deep/new/x.py" if call.get("path") == "deep/new/x.py" else "src/new.py"
    assert denial(two.tool("agent-01", tool, call)) == ""
    assert f"{new} belongs to task 01" in denial(two.write("agent-02", new))


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("tool", "call"), WRITERS, ids=case_id)
def test_absolute_paths_and_file_uris_are_the_same_paths(tool: str, call: dict[str, Any], two: Desk) -> None:
    text = {key: f"file://{two.root}/{value}" if value == OWN else value for key, value in call.items()}
    if text != call:
        assert denial(two.tool("agent-01", tool, text)).startswith(f"{OWN} belongs to task 02")


def test_relative_paths_are_meant_from_where_the_client_was_started(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(two.root / "src"))
    assert denial(two.tool("agent-01", "mcp__filesystem__write_file", {"path": "b.py"})).startswith(OWN)
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(two.root.parent))
    assert denial(two.tool("agent-01", "mcp__filesystem__write_file", {"path": OWN})).startswith(OWN)


@pytest.mark.parametrize("name", ["PostToolUse", "PostToolUseFailure"])
def test_what_its_arguments_do_not_tell_is_seen_after_and_told_to_both(two: Desk, name: str) -> None:
    tool, call = "mcp__serena__rename_symbol", {"name_path": "f", "relative_path": "src/a.py", "new_name": "g"}
    assert denial(two.tool("agent-01", tool, call)) == ""
    (two.root / OWN).write_text("renamed\n")
    given = {"tool_name": tool, "tool_input": call, "tool_use_id": f"t{two.calls}", "agent_id": "agent-01"}
    assert f"{OWN} of task 02 changed, by no call of task 02" in context(two.send("after", name, **given))
    assert f"{OWN} belongs to you and changed while a command of task 01 ran" in context(
        two.bash("agent-02", "cat src/b.py")
    )
    kept = list((two.root / ".fanout" / "conflicts").rglob("b.py.kept"))
    assert [path.read_text() for path in kept] == ["task 02 is at work here\n"]


def test_what_is_replaced_in_a_file_is_no_path(two: Desk) -> None:
    call = {"path": "src/free.py", "old": OWN, "new": OWN, "to": OWN, "from": OWN}
    assert two.tool("agent-01", "mcp__x__edit_file", call) == {}


def test_the_first_to_write_a_free_path_owns_it(two: Desk) -> None:
    assert two.tool("agent-01", "mcp__filesystem__write_file", {"path": "src/new.py"}) == {}
    assert "belongs to task 01 (a call of it that names it is under way" in denial(two.write("agent-02", "src/new.py"))


@pytest.mark.parametrize(
    ("tool", "call", "line"),
    [
        ("git_reset", {"repo_path": "/r"}, "git reset"),
        ("git_reset", {"path": "/r", "mode": "hard", "target": "HEAD~1"}, "git reset '--hard' 'HEAD~1'"),
        ("git_reset", {"path": "/r", "paths": ["a b"]}, "git reset '--' 'a b'"),
        ("git_checkout", {"repo_path": "/r", "branch_name": "main"}, "git checkout 'main'"),
        ("git_checkout", {"path": "/r", "target": "x", "createBranch": True}, "git checkout '-b' 'x'"),
        ("git_add", {"repo_path": "/r", "files": ["."]}, "git add '--' '.'"),
        ("git_add", {"path": "/r", "all": True}, "git add '-A'"),
        ("git_commit", {"repo_path": "/r", "message": "it's"}, "git commit '-m' 'x'"),
        ("git_stash", {"path": "/r", "mode": "drop"}, "git stash 'drop'"),
        ("git_clean", {"path": "/r", "force": True, "directories": True}, "git clean '-f' '-d'"),
        ("git_clean", {"path": "/r", "force": True, "dryRun": True}, "git clean '-f' '-n'"),
        ("git_merge", {"path": "/r", "branch": "x"}, "git merge 'x'"),
        ("git_diff", {"repo_path": "/r"}, ""),
        ("git_create_branch", {"repo_path": "/r", "branch_name": "x"}, ""),
    ],
)
def test_a_git_tool_stands_for_a_line_of_git(tool: str, call: dict[str, object], line: str) -> None:
    assert mcp_line.of(f"mcp__git__{tool}", call, "/base") == (line, "/r")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("write_file", "write file"),
        ("writeFile", "write file"),
        ("browser-tabs", "browser tabs"),
        ("readURL", "read url"),
    ],
)
def test_a_tools_name_is_taken_by_its_words(name: str, words: str) -> None:
    assert mcp.words_of(name) == words.split()


def test_odd_arguments_are_no_crash(tmp_path: Path) -> None:
    odd: list[dict[str, object]] = [
        {"path": "\x00"},
        {"path": "a" * 5000},
        {"files": {"a": {"b": {"c": {"d": {"path": "e"}}}}}},
        {"": ""},
    ]
    for call in odd:
        assert isinstance(mcp.targets("mcp__fs__write_file", call, str(tmp_path)), list)
    assert mcp.targets("mcp__", {}, str(tmp_path)) == []

"""The one `allow` that fanout ever gives: for exactly its own command line, and nothing that hides behind it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import CHECKOUT, Project
from run.plans import plan

from fanout.hooks.guarding import own_command

PLUGIN = str(CHECKOUT)
OURS = str(CHECKOUT / "bin" / "fanout")

YES = [
    "fanout brief demo-1/01",
    "fanout next",
    "fanout status --json",
    "fanout status demo-1 --tree",
    "fanout ask src/a.ts 'why, and who'",
    'fanout done demo-1/01 "a summary"',
    f"{OURS} report demo-1",
    "  fanout next  ",
    "fanout next;",
    "fanout check",
    "fanout check tasks.json",
    "fanout plan specs/x --max-parallel 3 --chart",
    "fanout plan --effort=high tasks.md",
    "fanout read tasks.md --json",
    "fanout diff demo-1/01",
    "fanout advise --tasks 6 --minutes 10",
    "fanout guide patterns",
    "fanout tasks status",
    "fanout tasks deps checkout 02",
    "fanout --help",
    "fanout --version",
    "fanout start --help",
    "fanout commit -h",
    "fanout next; fanout status",
    "fanout next && fanout status --tree || fanout report",
    "fanout next\nfanout status\n",
    "fanout report demo-1 2>&1 | tail -40",
    "fanout plan tasks.md | head -n 20; fanout status",
    "cd src && fanout status",
    "fanout plan - <<'END'\n- [ ] a; rm x\n- [ ] $(id)\nEND",
    'fanout check - --json <<"END"\n{}\nEND\n',
]
NO = [
    "fanout",
    "fanout start tasks.json",
    "fanout undo demo-1/01",
    "fanout commit --all",
    "fanout next; rm -rf /",
    "fanout next && true",
    "ls src && fanout status",
    "cd src x && fanout status",
    "cd src && cd x && fanout status",
    "fanout next & rm x",
    "fanout next | sh",
    "fanout next | tail -5 x",
    "fanout next | head -n 5 /etc/passwd",
    "fanout next | tail -5 | sh",
    "fanout next > out.txt",
    "fanout next 2>&1 > out.txt",
    "fanout brief $(id)",
    "fanout brief `id`",
    'fanout done demo-1/01 "$HOME"',
    "fanout next\nrm x",
    "PATH=/tmp fanout next",
    "env fanout next",
    "./fanout next",
    "/tmp/fanout next",
    "fanout status --watch",
    "fanout report --output x.html",
    "fanout diff --keep",
    "fanout doctor --fix",
    "fanout frobnicate",
    "fanout tasks complete checkout 02 'made'",
    "fanout tasks",
    "fanout plan /etc/passwd",
    "fanout read ../other/tasks.md",
    "fanout read ~/.ssh/id_rsa",
    "fanout plan --base=../x tasks.md",
    "cd / && fanout status",
    "cd ../other && fanout plan a",
    "fanout -C /etc plan x",
    "fanout pause",
    "fanout start - <<'END'\n- [ ] a\nEND",
    "fanout plan - <<END\n$(id)\nEND",
    "fanout plan - <<'END'\na\nEND\nrm x",
    "fanout plan - <<'END'\na\nEND\nrm x\nEND",
    "fanout plan x <<'END'; rm y\na\nEND",
]
OF_MAIN = [
    "fanout pause",
    "fanout go demo-1",
    "fanout skip demo-1/02 'not wanted'",
    "fanout retry demo-1/02",
    "fanout cancel",
]

LOOKING = """
    brief next status report diff done fail ask claim why plan read check advise refine overlap writes schema guide doctor audit
"""
OF_TASK_FILES = "status next parallel batches deps blocked validate"
LEADING = "pause go first amend add cap resume skip retry release cancel"
OPTIONS = """
    --after --agent --all --barrier --base --batches --chart --check --dry-run --effort --files --format --heavy --help
    --interactive --json --lanes --learned --markdown --max-parallel --mermaid --minutes --no-chart --note --only
    --order --perspectives --reads --skip --stated --strict --tasks --text --trailer --tree --version --wait --why --worker
    --writes -h
"""


def test_each_word_that_only_looks_or_says_is_ours(tmp_path: Path) -> None:
    def is_own(command: str, is_main: bool = False) -> bool:
        return own_command.is_own(command, PLUGIN, "/usr/bin:/bin", str(tmp_path), is_main)

    assert [word for word in LOOKING.split() if not is_own(f"fanout {word} x")] == []
    assert [word for word in OF_TASK_FILES.split() if not is_own(f"fanout tasks {word} x")] == []
    assert [
        word for word in LEADING.split() if not is_own(f"fanout {word} x", is_main=True) or is_own(f"fanout {word} x")
    ] == []
    assert [option for option in OPTIONS.split() if not is_own(f"fanout plan x {option}")] == []


@pytest.mark.parametrize("command", YES)
def test_ours(command: str, tmp_path: Path) -> None:
    assert own_command.is_own(command, PLUGIN, "/usr/bin:/bin", str(tmp_path))


@pytest.mark.parametrize("command", NO)
def test_not_exactly_ours(command: str, tmp_path: Path) -> None:
    assert not own_command.is_own(command, PLUGIN, "/usr/bin:/bin", str(tmp_path))


@pytest.mark.parametrize("command", OF_MAIN)
def test_what_the_users_words_come_to_is_for_the_main_conversation(command: str, tmp_path: Path) -> None:
    assert own_command.is_own(command, PLUGIN, "/usr/bin:/bin", str(tmp_path), is_main=True)
    assert not own_command.is_own(command, PLUGIN, "/usr/bin:/bin", str(tmp_path))


def test_a_link_out_of_the_project_is_no_place_in_it(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("/etc")
    assert not own_command.is_own("fanout read out/passwd", PLUGIN, "/usr/bin:/bin", str(tmp_path))


PLAIN = ["fanout next", "fanout next; fanout status", "fanout done demo-1/01 'it is'", 'fanout ask a "to see"']
NOT_PLAIN = [
    "fanout done demo-1/01 'a\u2019; rm x; \u2018b'",  # a typographic quote ends the string there
    'fanout done demo-1/01 "a\u201d; rm x; \u201cb"',
    "fanout report 'a\" --output x \"'",  # Windows PowerShell hands the inner quotes over as they are
    "fanout check - <<'END'\n{}\nEND",
]


@pytest.mark.parametrize("command", [*PLAIN, *NOT_PLAIN])
def test_what_powershell_reads_in_another_way_is_not_ours_there(command: str, tmp_path: Path) -> None:
    assert own_command.is_own(command, PLUGIN, "/usr/bin:/bin", str(tmp_path))
    assert own_command.is_plain_powershell(command, "/usr/bin:/bin") == (command in PLAIN)


@pytest.mark.parametrize("name", ["fanout.ps1", "fanout.exe", "fanout.cmd"])
def test_what_powershell_would_start_before_ours_is_not_ours(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert own_command.is_plain_powershell("fanout next", "/usr/bin")
    assert not own_command.is_plain_powershell("fanout next", f"/usr/bin:{tmp_path}")


@pytest.mark.parametrize("tool", ["Bash", "PowerShell"])
def test_it_runs_unasked_in_both_shells(tool: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a run and in one; a string that ends earlier in PowerShell only in Bash."""
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", PLUGIN)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    def is_allowed(event: str, line: str, agent: str | None = None) -> bool:
        who = {"agent_id": agent, "agent_type": "general-purpose"} if agent else {}
        given = {"tool_name": tool, "tool_input": {"command": line}, "tool_use_id": "t1"}
        return desk.send(event, "PreToolUse", **given, **who) == own_command.ALLOW

    hidden = NOT_PLAIN[0]
    assert is_allowed("own", "fanout guide patterns")
    assert is_allowed("own", hidden) == (tool == "Bash")
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    desk.launch("02")
    assert is_allowed("guard", "fanout status", "agent-01")
    assert is_allowed("guard", hidden.replace("demo-1", desk.run), "agent-01") == (tool == "Bash")


COMMITS = [
    ("please commit what is done", "fanout commit --all", True),
    ("Commit it", "cd . && fanout commit --all demo-1 --trailer 'Signed-off-by: A <a@b.c>' 2>&1 | tail -3", True),
    ("commit it", "fanout commit demo-1/01 --beyond", False),
    ("commit it", "fanout commit --all; git push", False),
    ("do the tasks", "fanout commit --all", False),
    ("take back what 3 did", "fanout undo demo-1/03", True),
    ("undo task 3", "fanout undo demo-1/03", True),
    ("do the tasks", "fanout undo demo-1/03", False),
    ("try 3 again, but keep the old API", 'fanout retry demo-1/03 --again --note "Keep the old API"', True),
    ("do the tasks", "fanout retry demo-1/03 --again", False),
    (
        "task 3 should write b.py instead",
        "fanout retry demo-1/03 --again && fanout amend demo-1/03 --writes b.py",
        True,
    ),
    ("take it as it is, for all tasks", "fanout amend demo-1 --no-checks", True),
    ("no tests here, we run them in CI", "fanout amend demo-1 --no-checks && fanout done demo-1/01 demo-1/02", True),
    ("leave 1 as it is, no checks", "fanout done demo-1/01 --unchecked", True),
    ("run the checks of all tasks", "fanout amend demo-1 --no-checks", False),
    ("do the tasks", "fanout done demo-1/01 --unchecked", False),
    ("undo task 3 and commit the rest", "fanout undo demo-1/03 && fanout commit --all", True),
    ("undo task 3", "fanout undo demo-1/03 && fanout commit --all", False),
    ("commit one per task, the tests belong to 2 and 5", "fanout commit --all demo-1 --beyond", True),
    ("commit it", "fanout commit --all demo-1 --beyond", False),
    ("each has to pass `npm test`", "fanout amend demo-1 --accept 'npm test'", True),
    ("each task has to pass npm test.", "fanout amend demo-1/03 --accept 'npm test' && fanout next", True),
    ("each has to pass npm test", "fanout amend demo-1 --accept 'npm test && rm x'", False),
    ("each has to pass npm test:e2e", "fanout amend demo-1 --accept 'npm test'", False),
    ("run npm tests", "fanout amend demo-1 --accept 'npm test'", False),
    ("do the tasks", "fanout amend demo-1 --accept 'npm test'", False),
    ("it has to pass", "fanout amend demo-1 --accept ''", False),
    ("npm test", "fanout amend demo-1 --accept 'npm test'; fanout amend demo-1 --accept 'rm x'", False),
]


@pytest.mark.parametrize(("typed", "line", "allowed"), COMMITS)
def test_a_commit_that_the_user_has_asked_for_costs_no_question(
    typed: str, line: str, allowed: bool, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", PLUGIN)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    told = {"type": "user", "message": {"role": "user", "content": typed}}
    result = [{"type": "tool_result", "content": "commit"}]
    called = {"type": "user", "message": {"role": "user", "content": result}}
    desk.transcript.write_text("".join(json.dumps(one) + "\n" for one in (told, called)))
    given = {"tool_name": "Bash", "tool_input": {"command": line}, "tool_use_id": "t1"}
    assert (desk.send("own", "PreToolUse", **given) == own_command.ALLOW) == allowed
    who = {"agent_id": "a1", "agent_type": "general-purpose"}
    assert desk.send("own", "PreToolUse", **given, **who) == {}, "an agent asks"


LISTED = [
    # what the user typed and how long after the start (None: before), the check, whether it is asked for
    ("do TODO.md", None, "node --test test/a.js", False),
    ("do it", None, "node --test test/a.js", True),
    ("do TODO.md", None, "node --test test/a.jsx", True),
    ("do TODO.md", None, "test/a.js", True),
    ("do TODO.md", None, "npm test", True),
    ("yes", 5, "npm test", False),
    ("yes", 5, "npm test && rm x", True),
]


@pytest.mark.parametrize(("typed", "after", "check", "is_asked"), LISTED)
def test_a_check_that_stands_in_the_users_list_or_that_fanout_said_to_ask_for_costs_no_question(
    typed: str, after: float | None, check: str, is_asked: bool, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(desk.root)
    project.write({"TODO.md": "- [ ] 1. Add `a.js`, see `node --test test/a.js`\n- [ ] 2. Add `b.js`\n"})
    project.write({"package.json": {"scripts": {"test": "node --test"}}})
    desk.join(project.fanout("start", "TODO.md").out.split()[1].rstrip(":"))
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", PLUGIN)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    at = datetime.fromtimestamp(time.time() + (-60 if after is None else after), UTC).isoformat()
    told = {"type": "user", "message": {"role": "user", "content": typed}, "timestamp": at}
    desk.transcript.write_text(json.dumps(told) + "\n")
    line = f"fanout amend {desk.run}/2 --accept '{check}'"
    answer = desk.send("guard", "PreToolUse", tool_name="Bash", tool_input={"command": line}, tool_use_id="t1")
    assert (answer != own_command.ALLOW) is is_asked


STARTED = {
    "fanout start tasks.md": (["tasks.md"], ""),
    "fanout start --max-parallel 2 'specs/a b'": (["--max-parallel", "2", "specs/a b"], ""),
    "cd sub && fanout start x.md 2>&1 | tail -40": (["x.md"], ""),
    "fanout start - --barrier <<'END'\n- [ ] a\nEND": (["-", "--barrier"], "- [ ] a\n"),
    "fanout start": None,
    "fanout start a; rm x": None,
    "fanout start a && fanout status": None,
    "ls sub && fanout start x.md": None,
    "cd sub other && fanout start x.md": None,
    "cd .. && fanout start x.md": None,
    "cd sub; cd sub; fanout start x.md": None,
    "fanout start -": None,
    "fanout start x <<'END'\na\nEND": None,
    "fanout start - <<END\n$(id)\nEND": None,
    "fanout start ../x.md": None,
    "fanout start x.md --accept 'rm y'": None,
    "fanout plan x.md": None,
}


@pytest.mark.parametrize(("line", "words"), STARTED.items())
def test_a_start_in_words(line: str, words: tuple[list[str], str] | None, tmp_path: Path) -> None:
    assert own_command.started(line, PLUGIN, "/usr/bin:/bin", str(tmp_path)) == words


def test_another_fanout_on_the_path_is_not_ours(tmp_path: Path) -> None:
    other = tmp_path / "bin" / "fanout"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    assert not own_command.is_own("fanout next", PLUGIN, f"{other.parent}:/usr/bin", str(tmp_path))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("fanout done demo-1/02 'made it'", "say only of it that it is done"),
        ("fanout fail 02 broken", "say only of it that it is done"),
        ("fanout release demo-1/02", "for the user and the main conversation"),
        ("fanout undo demo-1/01", "for the user and the main conversation"),
        ("fanout cancel", "for the user and the main conversation"),
        ("fanout done demo-1/01 'made it'", ""),
        ("fanout done 01", ""),
        ("fanout status", ""),
        ("fanout why src/a.py", ""),
    ],
)
def test_a_tasks_agent_does_not_steer_the_run(desk: Desk, command: str, why: str) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    answer = desk.bash("agent-01", command)
    assert (why in denial(answer)) if why else answer.get("hookSpecificOutput", {}).get("permissionDecision") != "deny"
    assert desk.bash(None, command).get("hookSpecificOutput", {}).get("permissionDecision") != "deny"


def test_done_by_hand_is_checked_too(desk: Desk) -> None:
    accept = [{"command": "test -f proof.txt"}]
    desk.start(plan({"01": {"writes": ["a.py"], "record": {"accept": accept}}, "02": {"record": {"accept": accept}}}))
    desk.launch("01")
    project = Project(desk.root)
    ran = project.fanout("done", f"{desk.run}/01", "made it")
    assert ran.code == 1 and "a.py was to be written and is not there" in ran.err and "--unchecked" in ran.err
    assert desk.state("01") == "running"
    desk.do("agent-01", "a.py")
    assert "test -f proof.txt" in project.fanout("done", f"{desk.run}/01").err
    project.write({"proof.txt": "x"})
    assert project.fanout("done", f"{desk.run}/01", "made it").code == 0 and desk.state("01") == "done"
    (desk.root / "proof.txt").unlink()
    assert project.fanout("done", f"{desk.run}/02").code == 1  # no agent was on it: its acceptance commands count
    assert project.fanout("done", f"{desk.run}/02", "--unchecked").code == 0 and desk.state("02") == "done"


STEERS = (
    "start",
    "drive",
    "land",
    "pause",
    "go",
    "release",
    "retry",
    "skip",
    "cancel",
    "undo",
    "discard",
    "commit",
    "resume",
    "pull",
    "push",
)


@pytest.mark.parametrize("word", STEERS)
def test_no_agent_of_a_task_steers(desk: Desk, word: str) -> None:
    desk.start(plan({"01": {}}))
    desk.launch("01")
    said = denial(desk.bash("agent-01", f"fanout {word} demo-1/01"))
    assert f"`fanout {word}` is for the user and the main conversation; you do task 01 of demo-1" in said


@pytest.mark.parametrize(
    ("line", "is_denied"),
    [
        ("fanout drive r-1 --permission-mode bypassPermissions", True),
        ("fanout drive --allow 'Bash(rm:*)'", True),
        ("cd x && fanout drive --client ./mine r-1", True),
        ("fanout drive r-1 --cluster tls://farm:8786", True),
        ("fanout drive r-1 --hub ssh://elsewhere/x", True),
        ("fanout worker --local", True),
        ("fanout claim --worker h1 r-1", False),
        ("fanout drive r-1", False),
        ("fanout drive r-1 --detach --max-budget 5", False),
        ("fanout status r-1", False),
    ],
)
def test_a_model_does_not_say_what_headless_clients_may_do(desk: Desk, line: str, is_denied: bool) -> None:
    desk.start(plan({"01": {}}))
    assert ("is for the user to say" in str(desk.bash(None, line))) == is_denied


@pytest.mark.parametrize("ending", [".ps1", ".exe", ".cmd", ".bat", ".com"])
def test_another_program_that_powershell_would_start_is_not_ours(tmp_path: Path, ending: str) -> None:
    assert own_command.is_plain_powershell("fanout next", str(tmp_path))
    (tmp_path / f"fanout{ending}").write_text("")
    assert not own_command.is_plain_powershell("fanout next", f"/usr/bin:{tmp_path}")


PLAN_MODE = [
    ("fanout start tasks.md", True),
    ("fanout start - <<'END'\n{\"tasks\": []}\nEND", True),
    ("fanout start tasks.md --dry-run", False),
    ("fanout plan tasks.md", False),
    ("fanout status", False),
]


@pytest.mark.parametrize(("line", "is_denied"), PLAN_MODE)
def test_in_plan_mode_no_run_is_started(
    line: str, is_denied: bool, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, it opened a run and ordered Agent calls that the client forbids."""
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", PLUGIN)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(desk.root))
    given = {"tool_name": "Bash", "tool_input": {"command": line}, "tool_use_id": "t1"}
    said = denial(desk.send("own", "PreToolUse", permission_mode="plan", **given))
    assert ("`fanout plan SOURCE` shows the plan" in said) is is_denied
    assert not denial(desk.send("own", "PreToolUse", permission_mode="default", **given))


@pytest.mark.parametrize(
    ("attended", "mode", "is_told"),
    [("0", "default", True), ("0", "acceptEdits", False), ("1", "default", False), (None, "default", False)],
)
def test_a_start_where_nobody_answers_says_what_the_agents_lack(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, attended: str | None, mode: str, is_told: bool
) -> None:
    monkeypatch.delenv("CLAUDE_CODE_SESSION_ATTENDED", raising=False)
    if attended is not None:
        monkeypatch.setenv("CLAUDE_CODE_SESSION_ATTENDED", attended)
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", PLUGIN)
    (desk.root / "tasks.json").write_text(json.dumps({"tasks": [{"id": "a", "writes": ["a.txt"]}]}))
    for line in (f"{OURS} start tasks.json", f"{OURS} plan tasks.json"):
        given = {"tool_name": "Bash", "tool_input": {"command": line}, "tool_use_id": "t"}
        output = desk.send("own", "PreToolUse", permission_mode=mode, **given)["hookSpecificOutput"]
        assert output["permissionDecision"] == "allow"
        assert ("the run pauses by itself" in output.get("additionalContext", "")) is (is_told and "start" in line)

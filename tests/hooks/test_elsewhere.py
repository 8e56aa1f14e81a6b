"""What hooks need of a system: no module and no function that Windows has not, no /proc, no encoding but UTF-8."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from mounts import passed_on
from project import CHECKOUT, Project
from run.plans import plan

from dev import hook_imports
from fanout.run.agents import client_process
from fanout.run.evidence import command

SCRIPTS = CHECKOUT / "scripts"
UNIX_ONLY = (
    "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "select.poll", "syslog", "termios", "tty",
    "signal.setitimer", "signal.SIGPIPE", "signal.SIGKILL", "signal.SIGALRM", "_signal.setitimer", "_signal.SIGPIPE",
    "os.fork", "os.geteuid", "os.getuid", "os.getgid", "os.getpgid", "os.getpgrp", "os.killpg", "os.mkfifo", "os.posix_spawn",
    "os.setsid", "os.uname", "os.wait3", "os.WNOHANG", "os.fchmod", "os.fchown", "os.chown", "os.getloadavg",
    "os.waitstatus_to_exitcode", "os.O_NONBLOCK", "os.O_NOFOLLOW", "os.O_DIRECTORY", "os.O_CLOEXEC",
)  # fmt: skip
HIDDEN = """
import os, select, signal, sys, _signal, subprocess, shutil, tempfile, random
def no_signal(pid, number):
    raise AssertionError("os.kill ends a process on Windows")
os.kill = no_signal
for name in {names!r}:
    module, _, attribute = name.partition(".")
    if not attribute:
        sys.modules[module] = None
    elif hasattr(sys.modules[module], attribute):
        delattr(sys.modules[module], attribute)
from fanout.run.agents import client_process
client_process.ON_WINDOWS = True
"""
RUN = """
from fanout.hooks import door
sys.exit(door.main(sys.argv[1:]))
"""
EVENTS = {
    "session-start": "SessionStart", "session-end": "SessionEnd", "gate": "PreToolUse", "guard": "PreToolUse",
    "own": "PreToolUse", "after": "PostToolUse", "batch": "PostToolBatch", "agent-stop": "SubagentStop",
    "agent-failed": "StopFailure", "prompt": "UserPromptSubmit", "stop": "Stop", "compact": "PreCompact",
}  # fmt: skip


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def without_unix(root: Path, event: str, data: dict[str, Any], **env: str) -> subprocess.CompletedProcess[str]:
    head = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", head + HIDDEN.format(names=UNIX_ONLY) + RUN, event, str(root)],
        input=json.dumps(data),
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=root,
        env={"PATH": os.environ["PATH"], "HOME": str(root.parent), **passed_on(), **env},
    )


def event(desk: Desk, name: str, tool: str = "Write", **given: str) -> dict[str, Any]:
    return {
        "session_id": "s1",
        "cwd": str(desk.root),
        "transcript_path": str(desk.transcript),
        "hook_event_name": EVENTS[name],
        "agent_id": "agent-01",
        "tool_name": tool,
        "tool_input": given,
        "tool_use_id": "t",
    }


@pytest.mark.parametrize("name", EVENTS)
def test_every_hook_answers_where_nothing_of_unix_is(two: Desk, name: str) -> None:
    data = event(two, name, "Agent" if name == "gate" else "Write", file_path=str(two.root / "b"), content="x")
    done = without_unix(two.root, name, data)
    assert done.returncode == 0 and done.stderr == ""
    assert "failed" not in done.stdout, done.stdout
    if name == "guard":
        assert "belongs to task 02" in denial(json.loads(done.stdout))


@pytest.mark.parametrize(
    "line", ["echo x > b", "sed -i s/x/y/ b", "python3 -c \"open('b', 'w')\"", "git checkout -- b", "cd . && rm b"]
)
def test_a_line_is_judged_where_nothing_of_unix_is(two: Desk, line: str) -> None:
    (two.root / "b").write_text("x")
    if "git" in line:
        subprocess.run(["git", "init", "-q"], cwd=two.root, check=True)
    done = without_unix(two.root, "guard", event(two, "guard", "Bash", command=line))
    assert "02" in denial(json.loads(done.stdout)), done


def test_every_module_that_hooks_import_loads_without_them() -> None:
    code = HIDDEN.format(names=UNIX_ONLY) + f"for name in {hook_imports.names()!r}:\n    __import__(name)\n"
    head = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
    subprocess.run([sys.executable, "-I", "-S", "-c", head + code], check=True)


def test_a_process_that_lives_and_one_that_is_gone_are_told_without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    """`ps` tells, as on a Mac: the same answer each time, another one for another process."""
    with subprocess.Popen(["sleep", "60"]) as process:
        real = client_process.start_of(process.pid)
        assert real and not client_process.is_gone(process.pid, real)
        assert client_process.is_gone(process.pid, f"{real}0"), "another process has its number"
        told = "-".join(client_process.told("lstart=", process.pid).split())
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        assert told and " " not in told
        assert "-".join(client_process.told("lstart=", process.pid).split()) == told, "in no zone of the user's"
        assert client_process.told("args=", process.pid) == "sleep 60"
        process.kill()
    assert client_process.is_gone(process.pid, real) and client_process.told("lstart=", process.pid) == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="hiding /proc needs root")
def test_a_reused_number_is_told_where_proc_is_hidden() -> None:
    """What is asked of `ps` is answered by a stand-in: Linux's own ps reads /proc, too."""
    code = (
        f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
        "import os\nfrom fanout.run.agents import client_process as c\n"
        "print(c.start_of(os.getpid()), c.is_gone(os.getpid(), 'Thu-Jan-1-00:00:00-1970'), c.is_gone(os.getpid(), ''))\n"
    )
    ps = "#!/bin/sh\necho 'Fri Nov 27 10:11:12 2026'\n"
    script = (
        "set -e; d=$(mktemp -d); printf '%s' \"$2\" >$d/ps; chmod +x $d/ps; mount -t tmpfs none /proc; "
        'PATH=$d:$PATH; "$0" -I -S -c "$1"; rm -r $d'
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, sys.executable, code, ps], capture_output=True, text=True, check=False
    )
    if done.returncode and "unshare" in done.stderr + "mount" in done.stderr:
        pytest.skip(f"no mount of its own: {done.stderr}")
    assert done.stdout == "Fri-Nov-27-10:11:12-2026 True False\n", done.stderr


@pytest.mark.skipif(os.name != "nt", reason="asks Windows")
def test_windows_tells_of_its_processes() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        began = client_process.start_of(process.pid)
        assert began and not client_process.is_gone(process.pid, began)
        assert process.poll() is None, "asking has ended it"
        assert client_process.is_gone(process.pid, f"{began}0")
        process.kill()
    assert client_process.is_gone(process.pid, began)


def test_bash_of_windows_is_gits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("System32", "WindowsApps", "Git/bin"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "bash.exe").write_text("")
        (tmp_path / folder / "bash.exe").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / name) for name in ("System32", "WindowsApps", "Git/bin")))
    monkeypatch.setattr(os, "name", "nt")
    assert command.shell() == str(tmp_path / "Git/bin" / "bash.exe")


def text_files(tree: ast.Module) -> list[ast.Call]:
    """The calls that open or write text."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if name in ("read_text", "write_text") or (name == "open" and owner is None):
            found.append(node)
    return found


def mode_of(call: ast.Call) -> str:
    if getattr(call.func, "attr", "") == "write_text":
        return "w"
    given = call.args[1] if len(call.args) > 1 else None
    return str(given.value) if isinstance(given, ast.Constant) else "r"


@pytest.mark.parametrize("path", sorted((SCRIPTS / "fanout").rglob("*.py")), ids=lambda path: path.stem)
def test_text_is_utf_8_and_its_lines_end_as_everywhere(path: Path) -> None:
    for call in text_files(ast.parse(path.read_text(encoding="utf-8"))):
        mode, words = mode_of(call), {word.arg for word in call.keywords}
        if "b" in mode:
            continue
        assert "encoding" in words, f"{path}:{call.lineno}: which encoding?"
        assert "newline" in words or not set(mode) & set("wax+"), f"{path}:{call.lineno}: newline='\\n', for Windows"


def test_programs_that_answer_in_text_answer_in_utf_8() -> None:
    for path in (SCRIPTS / "fanout").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and any(word.arg in ("text", "universal_newlines") for word in node.keywords):
                assert any(word.arg == "encoding" for word in node.keywords) or not is_run(node), (
                    f"{path}:{node.lineno}"
                )


def is_run(node: ast.Call) -> bool:
    return getattr(node.func, "attr", "") in ("run", "Popen", "check_output")


@pytest.mark.parametrize("door", ["hooks/start", "bin/fanout"])
def test_both_doors_speak_utf_8_whatever_the_console_does(door: str) -> None:
    assert " -X utf8 " in (CHECKOUT / door).read_text()


def test_a_clone_with_windows_line_ends_keeps_what_a_shell_reads(tmp_path: Path) -> None:
    git = ["git", "-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@b"]
    source = tmp_path / "source"
    for name in (".gitattributes", "hooks/start", "bin/fanout", "scripts/environment", "scripts/hook.py"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, source / name)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=source, check=True, capture_output=True)
    subprocess.run([*git, "clone", "-q", str(source), str(tmp_path / "clone")], check=True)
    for path in (tmp_path / "clone").rglob("*"):
        assert ".git" in path.parts or path.is_dir() or b"\r" not in path.read_bytes(), path
    done = subprocess.run(["sh", str(tmp_path / "clone/hooks/start"), "guard"], input=b"{}", capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def oldest() -> str:
    """A Python 3.9 that runs, "" when there is none; a version manager's stand-in may be none."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/3.9.*/bin/python3.9")
    found = [shutil.which("python3.9"), *map(str, kept)]
    runs = (one for one in found if one and not subprocess.run([one, "-c", ""], capture_output=True).returncode)
    return next(runs, "")


OLDEST = oldest()


@pytest.mark.skipif(not OLDEST, reason="no Python 3.9 here")
@pytest.mark.parametrize("name", EVENTS)
def test_every_hook_answers_on_the_oldest_python(two: Desk, name: str) -> None:
    data = event(two, name, "Agent" if name == "gate" else "Write", file_path=str(two.root / "b"), content="x")
    done = subprocess.run(
        [OLDEST, "-X", "utf8", "-I", "-S", str(SCRIPTS / "hook.py"), name, str(two.root)],
        input=json.dumps(data),
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=two.root,
        env={"PATH": os.environ["PATH"], "HOME": str(two.root.parent), **passed_on()},
    )
    assert done.stderr == "" and "failed" not in done.stdout, done
    if name == "guard":
        assert "belongs to task 02" in denial(json.loads(done.stdout))


@pytest.mark.skipif(not OLDEST, reason="no Python 3.9 here")
def test_every_module_that_hooks_import_loads_on_the_oldest_python() -> None:
    script = str(SCRIPTS / "dev" / "hook_imports.py")
    assert " on Python 3.9." in subprocess.check_output([OLDEST, "-I", "-S", script], text=True)


def test_a_console_of_windows_gets_utf_8(tmp_path: Path) -> None:
    """Its code page has no arrow and no Cyrillic: there Python would end with an error."""
    project = Project(tmp_path)
    project.write({"t.json": {"tasks": [{"id": "a", "title": "a → ж", "writes": ["Straße/ж.md"]}]}})
    env = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "LC_ALL": "C"}
    ran = project.fanout("plan", "t.json", env=env)
    assert ran.code == 0 and "a → ж" in ran.out, ran
    ran = project.fanout("overlap", "Straße/*.md", "Straße/ж.md", env=env)
    assert "Straße/ж.md" in ran.out, ran


@pytest.mark.parametrize("folder", ["C:/Proj", "c:\\Proj"])
def test_a_worktree_of_windows_leads_to_the_run(two: Desk, tmp_path: Path, folder: str) -> None:
    """Its `gitdir` begins with a drive. The mark of the run is where Windows' Git Bash would look: below the drive's letter."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {folder}/.git/worktrees/tree\n".replace("\\", "/"))
    mark = tmp_path / "held" / "projects" / folder[0] / "Proj" / ".fanout" / "live"
    mark.parent.mkdir(parents=True)
    seen = tmp_path / "python"
    seen.write_text('#!/bin/sh\necho "$@"\n')
    seen.chmod(0o755)
    mark.write_text(f"{seen}\n")
    done = subprocess.run(
        ["sh", str(CHECKOUT / "hooks" / "start"), "guard"],
        input="{}",
        capture_output=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"], "CLAUDE_PROJECT_DIR": str(tree), "FANOUT_DATA_DIR": str(tmp_path / "held")},
    )
    assert done.stdout.endswith(f"scripts/hook.py guard {folder}\n".replace("\\", "/")), done


SHELLS = [["dash"], ["busybox", "sh"], ["bash", "--posix"], ["bash"], ["mksh"], ["zsh", "--emulate", "sh"]]


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
@pytest.mark.parametrize("script", ["hooks/start", "bin/fanout", "scripts/environment"])
def test_every_shell_reads_the_scripts(shell: list[str], script: str) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"no {shell[0]} here")
    subprocess.run([*shell, "-n", str(CHECKOUT / script)], check=True)


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_the_guard_answers_through_every_shell(two: Desk, shell: list[str]) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"no {shell[0]} here")
    done = subprocess.run(
        [*shell, str(CHECKOUT / "hooks" / "start"), "guard"],
        input=json.dumps(event(two, "guard", file_path=str(two.root / "b"), content="x")),
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={"PATH": os.environ["PATH"], "CLAUDE_PROJECT_DIR": str(two.root), **passed_on()},
    )
    assert "belongs to task 02" in denial(json.loads(done.stdout))

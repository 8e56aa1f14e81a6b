"""What nobody's command sweeps away while a run is live: fanout's state, the guard's switches, uncommitted work."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

FILES = {
    "src/a.txt": "a\n",
    "src/b.txt": "b\n",
    "README.md": "v1\n",
    "docs/x.md": "x\n",
    ".gitignore": ".env\nbuild/\n",
}
TASKS = {"01": {"writes": ["src/a.txt"]}, "02": {"writes": ["src/b.txt"]}, "03": {"needs": ["02"], "writes": ["c"]}}
USERS = {"README.md": "the user's\n", "notes.txt": "mine\n", ".env": "KEY=1\n", "build/o.js": "o\n"}
WHO = ["agent-01", None]


@pytest.fixture
def repo(desk: Desk) -> Desk:
    Project(desk.root).write(FILES)
    Project(desk.root).commit_all()
    desk.start(plan(TASKS))
    return desk


@pytest.fixture
def alone(repo: Desk) -> Desk:
    """02 is done and not committed, 01 works alone, and the user has work of its own in the tree."""
    repo.launch("02")
    assert repo.do("agent-02", "src/b.txt", "by 02\n") == {}
    assert repo.end("agent-02", "DONE|02|did it") == {}
    repo.launch("01")
    Project(repo.root).write(USERS)
    return repo


@pytest.fixture
def between(alone: Desk) -> Desk:
    """No agent works any more, and the run goes on."""
    alone.do("agent-01", "src/a.txt", "by 01\n")
    assert alone.end("agent-01", "DONE|01|did it") == {}
    return alone


STATE = [
    ("git clean -fdx", "`git clean -fdx -e .fanout`"),
    ("git clean -ffdx", "`git clean -ffdx -e .fanout`"),
    ("git clean -fdx -e notes.txt", "`git clean -fdx -e notes.txt -e .fanout`"),
    ("git clean -fdX", "`git clean -fdX -- ':(top,exclude).fanout'`"),
    ("cd src && git clean -fdx ..", "`git clean -fdx .. -e .fanout`"),
    ("git -C src clean -fdx -- :/", "`git clean -fdx -e .fanout -- :/`"),
    ("git stash -a", "`git stash push -u -- <your files>`"),
    ("git stash push --all", "`git stash push -u -- <your files>`"),
    ("rm -rf .", "name the files or folders that you mean"),
    ('rm -rf "$PWD"', "name the files or folders that you mean"),
    ("rsync -a --delete empty/ .", "name the files or folders that you mean"),
    ("rm -rf ./.fanout/", "leave .fanout out"),
    ("rm -rf -- .f*", "leave .fanout out"),
    ("find . -delete", "leave .fanout out: `find . -not -path './.fanout*' ...`"),
    ("rm -rf $(git ls-files -o --directory)", "leave .fanout out"),
    ("git status --ignored --porcelain | awk '{print $2}' | xargs rm -rf", "leave .fanout out"),
    ("mv .fanout elsewhere", "leave .fanout out"),
    ("python3 -c \"import shutil; shutil.rmtree('.fanout')\"", "leave .fanout out"),
    ("rm -f .fanout/live", "leave .fanout out"),
]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("line", "form"), STATE)
def test_fanouts_state_is_left_out_of_every_sweep(alone: Desk, who: str | None, line: str, form: str) -> None:
    (alone.root / "empty").mkdir()
    said = denial(alone.bash(who, line))
    assert ".fanout" in said and "fanout's own state" in said and form in said and len(said) <= 400


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("line", "form"), STATE)
def test_also_between_two_agents(between: Desk, line: str, form: str) -> None:
    (between.root / "empty").mkdir()
    assert form in denial(between.bash(None, line))


def test_the_form_that_is_offered_passes_where_nothing_else_is_at_stake(repo: Desk) -> None:
    for line in ("git clean -fdx -e .fanout", "git clean -fdX -- ':(top,exclude).fanout'", "rm -rf build"):
        Project(repo.root).write({"build/o.js": "o\n"})
        assert repo.bash(None, line) == {}, line
        subprocess.run(["bash", "-c", line], cwd=repo.root, check=True, capture_output=True)
        assert (repo.root / ".fanout" / "state.db").exists() and not (repo.root / "build" / "o.js").exists()


SWEEPS = [
    ("git checkout .", "src/b.txt of task 02"),
    ("git reset --hard", "src/b.txt of task 02"),
    ("git stash -u", "src/b.txt of task 02"),
    ("git clean -fd", "notes.txt of the user"),
    ("git restore src", "src/b.txt of task 02"),
    ("rm -rf src", "src/b.txt of task 02"),
    ("git rm -rf src", "src/b.txt of task 02"),
    ("git rm -f *.md", "README.md of the user"),
    ("git checkout *.md", "README.md of the user"),
    ("git restore R*", "README.md of the user"),
    ("git clean -f *.txt", "notes.txt of the user"),
    ("git stash push *.md", "README.md of the user"),
    ("for f in *.md; do git checkout -- $f; done", "README.md of the user"),
    ("git diff --name-only -- '*.md' | xargs git restore", "README.md of the user"),
    ("git archive HEAD | tar -x", "README.md of the user"),
    ("git archive HEAD -o t.tar && tar xf t.tar", "README.md of the user"),
    ("rm -f *.txt", "notes.txt of the user"),
    ("find . -name '*.txt' -not -path './.fanout*' -delete", "notes.txt of the user"),
    ("for f in *.md; do : > $f; done", "README.md of the user"),
    ("hg revert --all", "README.md of the user"),
    ("jj restore", "README.md of the user"),
]


@pytest.mark.parametrize(("line", "named"), SWEEPS)
def test_an_agent_alone_sweeps_nothing_of_others_away(alone: Desk, line: str, named: str) -> None:
    said = denial(alone.bash("agent-01", line))
    assert named in said and "nstead: " in said and "fanout discard" not in said


@pytest.mark.parametrize("line", ["git checkout .", "git reset --hard", "git stash", "git stash -u", "git restore ."])
def test_the_users_work_alone_is_enough(repo: Desk, line: str) -> None:
    repo.launch("01")
    Project(repo.root).write(USERS)
    assert "README.md of the user" in denial(repo.bash("agent-01", line))
    repo.end("agent-01", "BLOCKED|01|no")
    assert "README.md of the user" in denial(repo.bash(None, line))


@pytest.mark.parametrize(("line", "named"), SWEEPS)
def test_the_main_conversation_between_agents_is_told_the_users_way(between: Desk, line: str, named: str) -> None:
    said = denial(between.bash(None, line))
    assert "If the user asked for exactly that: `fanout discard " in said and len(said) <= 400
    assert named in said or ("src/a.txt" in said and "src" in line)
    kept = {path.stem for path in (between.root / ".fanout" / "kept").rglob("*.kept") if path.is_file()}
    assert named.split(" of ")[0].rpartition("/")[2] in kept


def test_the_users_way_names_what_the_line_does(between: Desk) -> None:
    assert "`fanout discard src`" in denial(between.bash(None, "git restore src"))
    assert "`fanout discard .`" in denial(between.bash(None, "git restore ."))


@pytest.mark.parametrize(
    "line",
    ["git clean -n", "git clean -fdxn", "git status --ignored", "git checkout -- src/a.txt", "rm -rf build", "rm src/a.txt",
     "rm -f notes.txt", "rm -rf docs/none", "cat .fanout/live", "git stash list", "ls -a .fanout", "jj status",
     "hg revert src/a.txt", "jj restore src/a.txt", "git rm -f README.md", "git stash push README.md", "git checkout src/a*",
     "F=README.md; git checkout -- $F", "git ls-files -m src/a.txt | xargs git restore", "git archive HEAD README.md | tar -x",
     "tar cf t.tar docs && tar xf t.tar"],
)  # fmt: skip
def test_naming_and_looking_pass(alone: Desk, line: str) -> None:
    alone.do("agent-01", "src/a.txt", "by 01\n")
    assert denial(alone.bash("agent-01", line)) == ""


def test_a_link_is_removed_and_not_what_it_leads_to(alone: Desk) -> None:
    (alone.root / "src" / "link").symlink_to("../docs")
    Project(alone.root).write({"docs/x.md": "the user's\n"})
    os.utime(alone.root / "docs" / "x.md", (1e9, 1e9))
    for line in ("rm src/l*", "rm -rf src/link", "rm -r src/li*", "unlink src/link"):
        assert denial(alone.bash("agent-01", line)) == "", line
    assert "docs/x.md of the user" in denial(alone.bash("agent-01", "rm -rf docs"))


def test_an_agent_may_remove_the_folder_that_its_program_made(alone: Desk) -> None:
    Project(alone.root).write({"app/x.txt": "made\n"})
    os.utime(alone.root / "app" / "x.txt", (os.path.getmtime(alone.root / "app") + 60,) * 2)
    assert alone.bash("agent-01", "rm -rf app") == {}


@pytest.mark.parametrize("line", ["git checkout -- README.md", "rm notes.txt", "git restore README.md"])
def test_what_main_takes_back_by_its_name_passes_and_is_kept_first(between: Desk, line: str) -> None:
    name = line.split()[-1]
    assert between.bash(None, line) == {}
    (kept,) = (between.root / ".fanout" / "kept").rglob(f"{name}.kept")
    assert kept.read_text() == USERS[name]


@pytest.mark.parametrize("line", ["git add -A && git commit -qm all", "git commit -qam all", "git push", "git log"])
def test_main_commits_what_is_finished(between: Desk, line: str) -> None:
    assert between.bash(None, line) == {}


@pytest.mark.parametrize("line", [line for line, _ in SWEEPS])
def test_main_is_not_held_once_the_run_is_over(between: Desk, line: str) -> None:
    between.launch("03")
    between.do("agent-03", "c", "c\n")
    between.end("agent-03", "DONE|03|did it")
    between.notify("agent-03")
    assert between.bash(None, line) == {}


SWITCHES = [
    ".claude/settings.json", ".claude/settings.local.json", "~/.claude/settings.json", ".git/hooks/pre-commit",
    ".git/config", ".git/index", ".git/HEAD", "docs/../.git/config", "$CLAUDE_PLUGIN_ROOT/hooks/hooks.json",
]  # fmt: skip


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", str(tmp_path / "plugin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    Project(tmp_path / "plugin").write({"hooks/hooks.json": "{}\n"})
    Project(tmp_path / "home").write({".claude/settings.json": "{}\n"})
    return tmp_path / "plugin"


@pytest.mark.parametrize("path", SWITCHES)
def test_agents_dont_write_what_switches_the_guard_off(alone: Desk, plugin: Path, path: str) -> None:
    full = os.path.expanduser(os.path.expandvars(path))
    full = full if os.path.isabs(full) else str(alone.root / full)
    for tool in ("Write", "Edit", "mcp__files__write_file"):
        given = {"file_path": full, "path": full, "content": "{}", "new_string": "{}", "old_string": ""}
        said = denial(alone.tool("agent-01", tool, given))
        assert "agents don't write it" in said and "`NEEDS|01|" in said, tool
    assert "agents don't write it" in denial(alone.bash("agent-01", f"echo x > {full}"))
    assert denial(alone.bash("agent-01", f"cat {full}")) == ""
    if ".git" not in full:
        assert denial(alone.tool(None, "Write", {"file_path": full, "content": "{}"})) == ""


@pytest.mark.parametrize("line", ["rm -rf .claude", "mv .claude old", "rm -rf .git", "rm -rf $CLAUDE_PLUGIN_ROOT"])
def test_nor_remove_the_folder_of_it(alone: Desk, plugin: Path, line: str) -> None:
    Project(alone.root).write({".claude/settings.json": "{}\n"})
    assert "agents don't write it" in denial(alone.bash("agent-01", line.replace("$CLAUDE_PLUGIN_ROOT", str(plugin))))


SWITCHED = [
    "claude plugin disable spec@fanout",
    "claude plugins uninstall -s project spec@fanout",
    "claude plugin uninstall spec --scope=local",
    "claude config set --global disableAllHooks true",
    "npx @anthropic-ai/claude-code plugin disable spec",
    "jq '.disableAllHooks=true' .claude/settings.json > t && mv t .claude/settings.json",
    'jq ".disableAllHooks=true" <<< "{}" > .claude/settings.local.json',
    "sed -i s/false/true/ .claude/settings.json",
    "echo '{}' | tee ~/.claude/settings.json",
    "python3 -c \"import json; json.dump({}, open('.claude/settings.json', 'w'))\"",
]
ASKED = [
    "claude plugin list",
    "claude plugin validate .",
    "claude config get theme",
    "claude mcp list",
    "claude --version",
    "jq .hooks .claude/settings.json",
]


@pytest.mark.parametrize("line", SWITCHED)
def test_nor_by_a_command_that_changes_it(alone: Desk, plugin: Path, line: str) -> None:
    Project(alone.root).write({".claude/settings.json": "{}\n"})
    said = denial(alone.bash("agent-01", line))
    assert "holds the client's settings, which switch hooks on and off: agents don't write it" in said
    assert denial(alone.bash(None, line)) == ""


@pytest.mark.parametrize("line", ASKED)
def test_asking_the_client_is_reading(alone: Desk, plugin: Path, line: str) -> None:
    assert alone.bash("agent-01", line) == {}
    assert not alone.rows("SELECT * FROM call")


@pytest.mark.parametrize("path", [".claude/commands/x.md", ".git/COMMIT_EDITMSG", ".git/info/exclude", ".github/x.yml"])
def test_what_stands_beside_it_may_be_written(alone: Desk, plugin: Path, path: str) -> None:
    assert alone.write("agent-01", path) == {}


def test_a_plugin_that_is_made_in_this_project_may_be_worked_on(alone: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", str(alone.root))
    assert alone.write("agent-01", "hooks/hooks.json") == {}


GITS_OWN = [
    (".git/config", True),
    (".git/hooks/pre-commit", True),
    (".git/objects/info/alternates", True),
    (".git/refs/heads/main", True),
    (".git/packed-refs", True),
    (".git/config.worktree", True),
    (".git/worktrees/w/HEAD", True),
    (".git/modules/sub/config", True),
    (".git/modules/sub/worktrees/w/index", True),
    (".git/info/exclude", False),
    (".git/worktrees/w/gitdir", False),
]


@pytest.mark.parametrize("inner", ["", "packages/app"])
@pytest.mark.parametrize(("path", "is_denied"), GITS_OWN)
def test_the_repository_may_begin_above_the_project(tmp_path: Path, inner: str, path: str, is_denied: bool) -> None:
    Project(tmp_path).commit_all()
    (tmp_path / inner).mkdir(parents=True, exist_ok=True)
    desk = Desk(tmp_path / inner)
    desk.start(plan({"01": {}, "02": {}}))
    desk.launch("01")
    said = denial(desk.write("agent-01", os.path.relpath(tmp_path / path, desk.root)))
    assert ("is git's own and everybody's: agents don't write it by hand" in said) == is_denied


CACHES = {
    "src/__pycache__/a.cpython-311.pyc": True,
    "src/__pycache__/a.cpython-311.pyc.140": True,
    ".pytest_cache/v/cache/lastfailed": True,
    ".mypy_cache/3.11/a.data.json": True,
    ".ruff_cache/0.1/made.json": True,
    "web/node_modules/.cache/x.json": True,
    "src/old.pyc": False,  # beside its source: nobody knows who put it there
    "src/__pycache__/notes.txt": False,
    "docs/.cache/x": False,
}
DELETING = [
    "find . -path './.fanout' -prune -o -name '{base}' -delete",
    "rm -rf {folder}",
    "git clean -fd {folder}",
    "rm -f {folder}/*",
]


@pytest.mark.parametrize("path", CACHES)
@pytest.mark.parametrize("line", DELETING)
def test_what_tools_keep_for_themselves_is_nobodys_work(repo: Desk, path: str, line: str) -> None:
    Project(repo.root).write({path: "made\n"})
    os.utime(repo.root / path, (1e9, 1e9))
    repo.launch("01")
    folder, base = path.rsplit("/", 1)
    line = line.format(folder=folder, base=f"*{base[-3:]}")
    assert (denial(repo.bash("agent-01", line)) == "") is CACHES[path]


def test_a_cache_that_is_committed_is_somebodys_work(repo: Desk) -> None:
    path = "src/__pycache__/a.cpython-311.pyc"
    Project(repo.root).write({path: "made\n"})
    Project(repo.root).git("add", "-f", path)
    Project(repo.root).git("commit", "-qm", "x")
    Project(repo.root).write({path: "changed\n"})
    repo.launch("01")
    assert f"{path} of the user" in denial(repo.bash("agent-01", "find src -name '*.pyc' -delete"))


@pytest.mark.parametrize("line", ["git checkout .", "git reset --hard", "git stash", "git stash -u"])
def test_the_users_work_is_named_beside_that_of_others(alone: Desk, line: str) -> None:
    said = denial(alone.bash("agent-01", line))
    assert said.index("README.md of the user") < said.index("src/b.txt of task 02")


def test_of_many_owners_each_is_named_before_a_second_file_of_one(desk: Desk) -> None:
    names = [f"src/{number}.txt" for number in range(5)]
    Project(desk.root).write(dict.fromkeys([*names, "README.md", "z.md"], "old\n"))
    Project(desk.root).commit_all()
    desk.start(plan({"01": {"writes": ["own.txt"]}, "02": {"writes": names}}))
    Project(desk.root).write({"README.md": "mine\n", "z.md": "mine\n"})
    for task in ("01", "02"):
        desk.launch(task)
    for name in names:
        desk.do("agent-02", name, "by 02\n")
    said = denial(desk.bash("agent-01", "git checkout ."))
    assert "README.md of the user or a program, src/0.txt of task 02, z.md of the user or a program and 4 more" in said


@pytest.mark.parametrize("line", ["sed -i s/a/b/ src/*.txt", "for f in src/*.txt; do sed -i s/a/b/ $f; done"])
def test_a_sweep_over_siblings_files_is_told_to_name_its_own(desk: Desk, line: str) -> None:
    Project(desk.root).write({f"src/{name}.txt": "a\n" for name in "abcd"})
    desk.start(plan({f"0{number}": {"writes": [f"src/{name}.txt"]} for number, name in enumerate("abcd", 1)}))
    for number in range(1, 5):
        desk.launch(f"0{number}")
    said = denial(desk.bash("agent-01", line))
    assert said.startswith("src/b.txt belongs to task 02 (declared in the plan, since ")
    reached = "This reaches it without naming it, as it does src/c.txt of task 03, src/d.txt of task 04: "
    assert f"{reached}name your own files, as src/a.txt." in said and "Don't write it another way" not in said
    said = denial(desk.bash("agent-01", "sed -i s/a/b/ src/b.txt"))
    assert "Don't write it another way" in said, "it is named"

"""PreToolUse and PostToolUse on Bash: no way around the guard."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.run.changes import objects


@pytest.fixture
def two(desk: Desk) -> Desk:
    (desk.root / "src").mkdir()
    for name in ("a.py", "b.py", "free.py"):
        (desk.root / "src" / name).write_text(f"{name}\n")
    desk.start(plan({"01": {"writes": ["src/a.py"]}, "02": {"writes": ["src/b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


@pytest.mark.parametrize(
    "line",
    [
        "echo x > src/b.py",
        "cat > src/b.py <<'EOF'\nx\nEOF",
        "sed -i 's/a/b/' src/b.py",
        "cd src && printf x >> b.py",
        "cp src/a.py src/b.py",
        "mv src/a.py src/b.py",
        "rm src/b.py",
        "rm -rf src",
        "bash -c 'echo x > src/b.py'",
        "for f in a b; do echo x > src/$f.py; done",
        "echo x | tee src/b.py",
        "python3 -c \"open('src/b.py','w').write('x')\"",
    ],
)
def test_what_would_write_a_siblings_file_is_denied_before(two: Desk, line: str) -> None:
    reason = denial(two.bash("agent-01", line))
    assert "belongs to task 02" in reason and len(reason) <= 400


@pytest.mark.parametrize(
    "line",
    [
        "echo x > src/a.py",
        "sed -i 's/a/b/' src/a.py",
        "cat src/b.py",
        "grep -n 'a > b' src/b.py",
        "[[ a > b ]] && awk '$1>2' src/b.py",
        "ls src 2>/dev/null; git status --short",
        "python3 -m pytest -q",
        "npm test",
        "mkdir -p src/new && touch src/new/x",
        "diff src/a.py src/b.py > /dev/null",
    ],
)
def test_own_writes_and_reading_pass(two: Desk, line: str) -> None:
    assert denial(two.bash("agent-01", line)) == ""


@pytest.mark.parametrize("line", ["black .", "ruff check --fix", "isort src", "rm -rf src", "git mv src lib"])
def test_what_reaches_a_siblings_file_through_a_folder_names_the_file_and_the_way_out(two: Desk, line: str) -> None:
    reason = denial(two.bash("agent-01", line))
    folder = "src" if "src" in line else "."
    assert reason.startswith("src/b.py belongs to task 02 (declared in the plan")
    assert f"This reaches it through `{folder}`: name your own files, as src/a.py. (1) `fanout ask " in reason
    assert ' src/b.py "why"`' in reason and len(reason) <= 400


@pytest.mark.parametrize(
    "line",
    ["black src/a.py", "gofmt -w .", "npx eslint --fix .", "npx prettier --write .", "terraform fmt -recursive",
     "black --check .", "ruff format --diff", "black docs && git status"],
)  # fmt: skip
def test_a_formatter_that_takes_nothing_of_a_siblings_passes(two: Desk, line: str) -> None:
    assert denial(two.bash("agent-01", line)) == ""


def test_a_formatter_is_held_by_a_pattern_only_where_there_is_something_to_format(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["src/a.py"]}, "02": {"writes": ["web/**"]}}))
    desk.launch("01")
    desk.launch("02")
    (desk.root / "web").mkdir()
    (desk.root / "web" / "page.ts").write_text("x\n")
    assert desk.bash("agent-01", "black .") == {}
    assert denial(desk.bash("agent-01", "npx prettier --write .")).startswith("web/page.ts belongs to task 02")


@pytest.mark.parametrize("line", ["npm ci", "npm install", "yarn --frozen-lockfile", "uv sync"])
def test_what_tools_keep_up_to_date_becomes_nobodys_by_that(two: Desk, line: str) -> None:
    (two.root / "node_modules" / "x").mkdir(parents=True)
    (two.root / "node_modules" / "x" / "index.js").write_text("x\n")
    (two.root / "package-lock.json").write_text("{}\n")
    assert two.bash("agent-01", line) == {}
    assert two.bash("agent-02", line) == {}
    assert two.rows("SELECT path FROM written WHERE path LIKE 'node_modules%'") == []


@pytest.mark.parametrize("line", ["npm install", "npm install x", "npm update"])
def test_a_siblings_lock_file_is_not_brought_up_to_date(desk: Desk, line: str) -> None:
    desk.start(plan({"01": {}, "02": {"writes": ["package-lock.json"]}}))
    desk.launch("01")
    desk.launch("02")
    assert "package-lock.json belongs to task 02" in denial(desk.bash("agent-01", line))
    assert desk.bash("agent-01", "npm ci && npm install --no-package-lock") == {}


def test_a_sweep_that_meets_our_own_state_is_told_how_to_leave_it_out(two: Desk) -> None:
    reason = denial(two.bash("agent-01", "find . -type d -empty -delete"))
    assert "is fanout's own state" in reason and "`find . -not -path './.fanout*' ...`" in reason
    assert two.bash("agent-01", "find . -not -path './.fanout*' -type d -empty -delete") == {}


MAKES = [
    "mkdir -p lib && echo x > lib/{}.ts",
    "mkdir -p lib/deep/{} && echo x > lib/deep/{}/a.ts",
    "mkdir lib; touch lib/{}.ts",
    "install -d lib && cp README lib/{}.md",
    'python3 -c \'import os; os.makedirs("lib", exist_ok=True); open("lib/{}.py", "w").write("x")\'',
    'node -e \'require("fs").mkdirSync("lib", {{recursive: true}})\' && echo x > lib/{}.js',
    "mkdir -p lib && chmod 755 lib && echo x > lib/{}.ts",
    "mkdir -p lib; touch lib; chgrp 0 lib; echo x > lib/{}.ts",
]


@pytest.mark.parametrize("line", MAKES)
def test_two_agents_may_make_the_same_folder(two: Desk, line: str) -> None:
    """At the same time: neither command has run when the other is asked about."""
    assert [denial(two.bash(agent, line.format(*[agent] * 2))) for agent in ("agent-01", "agent-02")] == ["", ""]
    (two.root / "lib").mkdir()
    assert two.do("agent-02", "lib/more.ts") == {}
    assert "belongs to task 02" in denial(two.write("agent-01", "lib/more.ts"))


@pytest.mark.parametrize(
    "line",
    ["rm -rf lib", "mv lib other", "rm -rf lib && mkdir lib", "cp -r src/. lib/", "rmdir lib; rm -r lib", "chmod -R a-w lib",
     "perl -e 'rename \"lib\", \"other\"'", "python3 -c \"import os; os.rename('lib', 'other')\""],
)  # fmt: skip
def test_a_made_folder_is_not_removed_or_replaced_over_anothers_files(two: Desk, line: str) -> None:
    assert two.bash("agent-01", "mkdir -p lib && echo x > lib/own.ts") == {}
    (two.root / "lib").mkdir()
    (two.root / "lib" / "own.ts").write_text("x\n")
    (two.root / "src" / "own.ts").write_text("y\n")
    assert "lib/own.ts belongs to task 01" in denial(two.bash("agent-02", line))


def test_a_folders_own_mode_is_anybodys_and_makes_it_nobodys(two: Desk) -> None:
    assert two.bash("agent-01", "chmod 755 src && touch src") == {}
    assert two.rows("SELECT path FROM written WHERE path = 'src'") == []


def test_what_a_copied_folder_holds_is_its_makers_and_what_is_new_in_it_anybodys(two: Desk) -> None:
    (two.root / "d").mkdir()
    (two.root / "d" / "a").write_text("x\n")
    assert two.bash("agent-01", "cp -r d lib") == {}
    subprocess.run(["cp", "-r", "d", "lib"], cwd=two.root, check=True)
    assert "belongs to task 01" in denial(two.write("agent-02", "lib/a"))
    assert two.write("agent-02", "lib/b") == {}


def test_the_first_command_that_writes_a_free_path_owns_it(two: Desk) -> None:
    assert two.bash("agent-01", "echo x >> src/free.py") == {}
    named = "belongs to task 01 (a command of it that names it is under way"
    assert named in denial(two.bash("agent-02", "sed -i s/a/b/ src/free.py"))
    (two.root / "src").mkdir(exist_ok=True)
    (two.root / "src" / "free.py").write_text("x\n")
    assert "belongs to task 01 (first to write" in denial(two.bash("agent-02", "sed -i s/a/b/ src/free.py"))
    assert "belongs to task 01" in denial(two.write("agent-02", "src/free.py"))


def test_a_shared_temporary_name_is_a_path_like_any_other(two: Desk, tmp_path: Path) -> None:
    name = tmp_path / "out.json"
    assert two.bash("agent-01", f"echo 1 > {name}") == {}
    assert "belongs to task 01" in denial(two.bash("agent-02", f"echo 2 > {name}"))


def run(desk: Desk, agent: str, line: str) -> str:
    """The command for real, between its two hooks; what the agent is told after it."""
    assert denial(desk.bash(agent, line)) == ""
    subprocess.run(["bash", "-c", line], cwd=desk.root, check=True)
    return context(
        desk.send(
            "after",
            "PostToolUse",
            tool_name="Bash",
            tool_input={"command": line},
            tool_use_id=f"t{desk.calls}",
            agent_id=agent,
        )
    )


def test_what_is_too_large_is_not_said_to_be_kept(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "LARGEST", 3)
    (two.root / "build.sh").write_text("echo generated > src/b.py\n")
    two.bash("agent-01", "true")
    said = run(two, "agent-01", "sh build.sh")
    assert "src/b.py of task 02 changed" in said and "Task 02 is told: leave it to task 02" in said
    assert " kept" not in said + context(two.bash("agent-02", "cat src/b.py")) + Project(two.root).fanout("report").out


def test_what_parsing_cannot_see_is_caught_after_and_told_to_both(two: Desk) -> None:
    (two.root / "build.sh").write_text("echo generated > src/b.py\n")
    said = run(two, "agent-01", "sh build.sh")
    assert "src/b.py of task 02 changed, by no call of task 02. Both versions are kept and task 02 is told" in said
    told = context(two.bash("agent-02", "cat src/b.py"))
    assert "src/b.py belongs to you and changed while a command of task 01 ran, by no call of yours" in told
    kept = list((two.root / ".fanout" / "conflicts").rglob("b.py.kept"))
    assert [path.read_text() for path in kept] == ["b.py\n"]
    assert context(two.bash("agent-02", "cat src/b.py")) == "", "told once"
    assert [row["task"] for row in two.rows("SELECT task FROM event WHERE kind = 'conflict'")] == ["01"]


def test_what_the_owner_wrote_meanwhile_is_no_conflict(two: Desk) -> None:
    assert two.bash("agent-01", "sh build.sh") == {}
    two.do("agent-02", "src/b.py", "mine\n")
    said = two.send(
        "after", "PostToolUse", tool_name="Bash", tool_input={}, tool_use_id=f"t{two.calls - 1}", agent_id="agent-01"
    )
    assert said == {}


def test_a_read_only_agent_may_run_only_what_reads(desk: Desk) -> None:
    (desk.root / "a").write_text("x\n")
    desk.start(plan({"01": {"record": {"read_only": True}}, "02": {}}))
    desk.launch("01")
    assert desk.bash("agent-01", "cat a | grep x | wc -l") == {}
    for line in ("echo x > new", "touch a", "python3 migrate.py", "npm run deploy", "git commit -m x"):
        assert "is read-only, and this command is not" in denial(desk.bash("agent-01", line)), line


@pytest.mark.parametrize("line", ["", "  ", "echo 'unclosed", "((((", "\x00", "x" * 100000, "$(" * 500])
def test_odd_lines_are_no_crash(two: Desk, line: str) -> None:
    assert isinstance(two.bash("agent-01", line), dict)


@pytest.fixture
def repo(two: Desk) -> Desk:
    def git(*args: str) -> None:
        subprocess.run(["git", *args], cwd=two.root, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("config", "user.email", "dev@example.org")
    git("config", "user.name", "Dev")
    git("add", "src")
    git("commit", "-q", "-m", "start")
    (two.root / "src" / "b.py").write_text("task 02 is at work here\n")
    return two


@pytest.mark.parametrize(
    "line",
    [
        "git checkout .",
        "git stash",
        "git reset --hard",
        "git add -A && git commit -m all",
        "git commit -am all",
        "git -C . restore .",
        "sh -c 'git checkout -- src'",
    ],
)
def test_git_that_would_touch_a_siblings_work_is_denied_with_the_way_out(repo: Desk, line: str) -> None:
    assert "git" in denial(repo.bash("agent-01", line))


@pytest.mark.parametrize(
    "line", ["git status", "git diff", "git log --oneline", "git checkout -- src/a.py", "git add src/a.py", "git show"]
)
def test_git_that_stays_with_its_own_passes(repo: Desk, line: str) -> None:
    assert denial(repo.bash("agent-01", line)) == ""


def test_alone_no_git_command_is_denied(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    desk.launch("01")
    assert desk.bash("agent-01", "git stash") == {}

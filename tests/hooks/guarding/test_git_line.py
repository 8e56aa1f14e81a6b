"""Lines of git: sweeps by pattern, by folder and by name, for agents and for the main conversation."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout import shell
from fanout.hooks.guarding import git_line

FILES = {
    "src/a.txt": "a\n",
    "src/b.txt": "b\n",
    "README.md": "v1\n",
    "docs/one.md": "1\n",
    ".gitignore": "*.log\n",
}


@pytest.fixture
def repo(desk: Desk) -> Desk:
    Project(desk.root).write(FILES)
    Project(desk.root).commit_all()
    desk.start(plan({"01": {"writes": ["src/a.txt"]}, "02": {"writes": ["src/b.txt"]}}))
    desk.launch("01")
    desk.launch("02")
    Project(desk.root).write({"README.md": "the user's\n", "docs/one.md": "the user's too\n", "notes.txt": "new\n"})
    return desk


SWEEPS = [
    ("git checkout -- '*.md'", "README.md"),
    ("git restore 'R*'", "README.md"),
    ("git restore '[R]EADME.md'", "README.md"),
    ("git restore ':(glob)**/*.md'", "docs/one.md"),
    ("git restore :/docs", "docs/one.md"),
    ("git restore docs", "docs/one.md"),
    ("git checkout docs/", "docs/one.md"),
    ("cd docs && git restore .", "docs/one.md"),
    ("git restore .", "README.md"),
    ("git clean -f", "notes.txt"),
    ("git clean -f '*.txt'", "notes.txt"),
    ("git stash", "README.md"),
    ("git stash -u", "README.md"),
    ("git stash push -- docs", "docs/one.md"),
    ("git stash push -- '*.md'", "README.md"),
    ("git reset --hard", "README.md"),
    ("git restore --staged --worktree .", "README.md"),
    ("git checkout HEAD -- .", "README.md"),
]


@pytest.mark.parametrize(("line", "named"), SWEEPS)
def test_a_sweep_takes_nothing_of_the_users(repo: Desk, line: str, named: str) -> None:
    said = denial(repo.bash("agent-01", line))
    assert named in said and "of the user or a program" in said


@pytest.mark.parametrize(
    "line",
    [
        "git restore README.md",
        "git checkout -- docs/one.md",
        "git restore --staged .",
        "git clean -n",
        "git stash list",
        "git diff -- '*.md'",
        "git log -- docs",
        "git add 'src/a*'",
    ],
)
def test_what_names_its_files_or_changes_none_passes(repo: Desk, line: str) -> None:
    assert denial(repo.bash("agent-01", line)) == ""


@pytest.mark.parametrize("line", ["git restore src", "git checkout .", "git restore 'src/*.txt'", "git reset --hard"])
def test_ones_own_work_is_taken_back_by_a_sweep_that_reaches_nothing_else(repo: Desk, line: str) -> None:
    """A program of the agent changed a file that its task declares: there is nothing of anybody else's."""
    Project(repo.root).git("checkout", "-q", "--", "README.md", "docs")
    (repo.root / "notes.txt").unlink()
    (repo.root / "src" / "a.txt").write_text("by a program of 01\n")
    assert denial(repo.bash("agent-01", line)) == ""
    (repo.root / "src" / "b.txt").write_text("by a program of 02\n")
    assert "src/b.txt of task 02" in denial(repo.bash("agent-01", line))


def test_what_a_sibling_claims_is_a_siblings(repo: Desk) -> None:
    assert repo.do("agent-02", "docs/two.md") == {}
    assert "docs/two.md of task 02" in denial(repo.bash("agent-01", "git clean -f docs"))
    assert "docs/one.md" in denial(repo.bash("agent-02", "git stash -u -- docs"))


@pytest.mark.parametrize("line", ["git commit --amend --no-edit", "git reset --soft HEAD~1", "git switch -c other"])
def test_agents_move_no_history_and_the_main_conversation_may(repo: Desk, line: str) -> None:
    Project(repo.root).git("commit", "-q", "--allow-empty", "-m", "second")
    assert denial(repo.bash("agent-01", line))
    assert denial(repo.bash(None, line)) == "", "beside agents at work"
    repo.end("agent-01", "BLOCKED|01|x")
    repo.end("agent-02", "BLOCKED|02|x")
    assert denial(repo.bash(None, line)) == ""


def test_the_only_agent_of_a_run_replaces_its_own_commits_alone(desk: Desk) -> None:
    project = Project(desk.root)
    project.write(FILES)
    project.commit_all()
    desk.start(plan({"01": {"writes": ["src/a.txt"]}}))
    desk.launch("01")
    for line in ("git commit --amend -m x", "git commit --allow-empty --amend --no-edit", "git reset --soft HEAD~1"):
        assert "it is not yours" in denial(desk.bash("agent-01", line)) or "HEAD~1" in line, line
    desk.do("agent-01", "src/a.txt", "mine\n")
    project.git("commit", "-q", "-m", "mine", "--", "src/a.txt")
    for line in (
        "git commit --amend -m x",
        "git reset --soft HEAD~1",
        "git switch -c other",
        "git commit -m y -- src/a.txt",
    ):
        assert denial(desk.bash("agent-01", line)) == "", line


@pytest.mark.parametrize(
    "line", ["git stash drop", "git stash clear && git gc -q --prune=now", "git reflog expire --expire=now --all"]
)
def test_what_main_takes_out_of_the_stash_is_kept(repo: Desk, line: str) -> None:
    project = Project(repo.root)
    project.git("stash", "push", "-q", "-u", "--", "README.md", "notes.txt")
    assert denial(repo.bash("agent-01", line)) and not (repo.root / ".fanout" / "kept").exists()
    repo.end("agent-01", "BLOCKED|01|x")
    repo.end("agent-02", "BLOCKED|02|x")
    assert denial(repo.bash(None, "git stash list")) == "" and not (repo.root / ".fanout" / "kept").exists()
    assert denial(repo.bash(None, line)) == ""
    kept = {path.stem: path.read_text() for path in (repo.root / ".fanout" / "kept").rglob("*.kept")}
    assert (kept["README.md"], kept["notes.txt"]) == ("the user's\n", "new\n")


def test_where_the_main_conversation_is_denied_the_bytes_are_kept(repo: Desk) -> None:
    said = denial(repo.bash(None, "git checkout ."))
    assert "`fanout discard .`" in said and "They are kept now, too: .fanout/kept." in said
    kept = {path.stem: path.read_text() for path in (repo.root / ".fanout" / "kept").rglob("*.md.kept")}
    assert kept == {"README.md": "the user's\n", "one.md": "the user's too\n"}


def test_the_users_way_is_said_of_the_folder_that_was_meant(repo: Desk) -> None:
    assert "`fanout discard docs`" in denial(repo.bash(None, "git restore docs"))
    assert "`fanout discard docs`" in denial(repo.bash(None, "cd docs && git restore ."))


def test_what_git_ignores_is_the_users_but_for_whole_folders(repo: Desk) -> None:
    (repo.root / ".git" / "info" / "exclude").write_text("build/\n")
    (repo.root / "build").mkdir()
    Project(repo.root).write({"debug.log": "the user's\n", "build/out.o": "made\n"})
    said = denial(repo.bash(None, "git clean -fdX -- ':!.fanout'"))
    assert "debug.log" in said and "build" not in said
    (repo.root / "debug.log").unlink()
    assert denial(repo.bash(None, "git clean -fdX -- ':!.fanout'")) == ""
    assert "build" in denial(repo.bash("agent-01", "git clean -fdX -- ':!.fanout'"))


def test_an_agent_is_not_told_the_users_way(repo: Desk) -> None:
    said = denial(repo.bash("agent-01", "git checkout ."))
    assert "fanout discard" not in said and not (repo.root / ".fanout" / "kept").exists()


def test_what_fanout_wrote_into_the_list_is_not_put_on_the_user(repo: Desk) -> None:
    """The ticks of done tasks are fanout's; the list is the user's all the same, and stays."""
    project = Project(repo.root)
    project.write({"tasks.md": "- [ ] 1. Write `x.txt`\n- [ ] 2. Write `y.txt`\n"})
    project.git("add", "-A")
    project.git("commit", "-qm", "list")
    started = project.fanout("start", "tasks.md")
    assert started.code == 0, started.err
    repo.join(started.out.partition(": 0 of 2 done")[0].rpartition(" ")[2])
    for task in ("1", "2"):
        repo.launch(task, agent=f"of-{task}")
    repo.do("of-1", "x.txt")
    repo.end("of-1", "DONE|1|made")
    assert project.fanout("sync", repo.run).code == 0
    assert "[x] 1." in (repo.root / "tasks.md").read_text()
    said = denial(repo.bash("of-2", "git restore ."))
    assert "tasks.md of the user, in which fanout marks what is done" in said


@pytest.mark.parametrize(
    "line", ["git worktree remove --force ../wt", "git worktree remove -f ../wt", "git worktree move ../wt ../wt2"]
)
def test_an_agent_alone_removes_no_work_tree_with_the_users_work(desk: Desk, line: str) -> None:
    project = Project(desk.root)
    project.write({"a.txt": "1\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "../wt")
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    desk.launch("01")
    if " move " not in line:
        assert denial(desk.bash("agent-01", line)) == "", "nothing in it is at stake"
    Project(desk.root.parent / "wt").write({"a.txt": "the user's\n"})
    assert "wt of somebody, with work that is in no commit" in denial(desk.bash("agent-01", line))
    assert denial(desk.bash("agent-01", "git worktree remove ../wt")) == "", "git refuses"
    assert denial(desk.bash("agent-01", "git worktree list; git worktree prune")) == ""


@pytest.mark.parametrize("beside", [False, True])
def test_it_removes_the_one_that_it_made(desk: Desk, beside: bool) -> None:
    project = Project(desk.root)
    project.write({"a.txt": "1\n"})
    project.commit_all()
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["c.txt", "in/b.txt"]}}))
    desk.launch("01")
    if beside:
        desk.launch("02")
        assert desk.do("agent-02", "c.txt") == {}
    for place in ("../own", "in"):
        assert denial(desk.bash("agent-01", f"git worktree add -q {place}")) == ""
        project.git("worktree", "add", "-q", place)
        Project(desk.root / place).write({"made.txt": "by a program\n"})
    lines = [f"git worktree {line}" for line in ("remove --force ../own", "move ../own ../there")]
    assert [denial(desk.bash("agent-01", line)) for line in lines] == ["", ""]
    if beside:
        assert "own belongs to task 01" in denial(desk.bash("agent-02", lines[0]))
        assert "in/b.txt belongs to task 02" in denial(desk.bash("agent-01", "git worktree remove -f in"))
        assert desk.do("agent-02", "in/b.txt") == {} and desk.end("agent-02", "DONE|02|x") == {}
        assert "in of somebody, with work that is in no commit" in denial(
            desk.bash("agent-01", "git worktree remove -f in")
        )
    else:
        assert denial(desk.bash("agent-01", "git worktree remove -f in")) == ""


UNNAMED = [
    'git worktree remove -f "$WHERE"',
    'git worktree remove --force "$(cat where)"',
    "xargs git worktree remove -f < where",
]
LISTED = [
    "git worktree list | awk '{print $1}' | xargs -n1 git worktree remove --force",
    "git worktree remove --force \"$(git worktree list | tail -1 | cut -d' ' -f1)\"",
]


def at_work(desk: Desk, beside: bool) -> Project:
    """A repository in which one agent works, or two."""
    project = Project(desk.root)
    project.write({"a.txt": "1\n"})
    project.commit_all()
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["c.txt"]}}))
    desk.launch("01")
    if beside:
        desk.launch("02")
    return project


@pytest.mark.parametrize("line", LISTED)
@pytest.mark.parametrize("beside", [False, True])
def test_work_trees_that_git_lists_are_judged_as_if_named(desk: Desk, line: str, beside: bool) -> None:
    project = at_work(desk, beside)
    project.git("worktree", "add", "-q", "../wt")
    assert denial(desk.bash("agent-01", line)) == denial(desk.bash("agent-01", "git worktree remove -f ../wt")) == ""
    Project(desk.root.parent / "wt").write({"a.txt": "somebody's\n"})
    assert "wt of somebody, with work that is in no commit" in denial(desk.bash("agent-01", line))


@pytest.mark.parametrize("line", UNNAMED)
@pytest.mark.parametrize("beside", [False, True])
def test_work_trees_that_the_line_does_not_name(desk: Desk, line: str, beside: bool) -> None:
    project = at_work(desk, beside)
    assert denial(desk.bash("agent-01", line)) == "", "there is none"
    project.git("worktree", "add", "-q", "../wt")
    assert "takes work trees that only the line's run tells" in denial(desk.bash("agent-01", line))
    assert denial(desk.bash("agent-01", "git worktree list | awk '{print $1}'")) == ""


# What each command is taken for. more: it reaches more files than it names; stages, restages, unstages: what it does to the
# index; sweeps: and to files that it does not name; ignored: to ignored ones too.
KINDS = """
git add src/a.txt               | stages restages unstages
git stage src/a.txt             | stages restages unstages
git add src                     | more stages restages unstages
git add README.md src           | more stages restages unstages
git add -A                      | more stages restages unstages
git add '*.txt'                 | more stages restages unstages
git add 'READM?.md'             | more stages restages unstages
git add '[R]EADME.md'           | more stages restages unstages
git add :/README.md             | more stages restages unstages
git add "$FILE"                 | more stages restages unstages
git add -p src/a.txt            | stages
git add --patch src/a.txt       | stages
git add --interactive           | more stages
git add -i                      | more stages
git add -e src/a.txt            | stages
git add --edit src/a.txt        | stages
git add -N src/a.txt            | stages
git commit -m x                 | more stages
git commit -am x                | more stages restages unstages
git commit -m x src/a.txt       | stages restages unstages
git commit -i src/a.txt -m x    | stages restages unstages
git commit -e src/a.txt         | stages restages unstages
git commit -p src/a.txt         | stages
git commit --interactive        | more stages
git reset                       | more stages unstages
git reset src/a.txt             | stages unstages
git reset --soft HEAD           | more
git reset --hard                | more stages unstages sweeps
git restore src/a.txt           | stages unstages
git restore -S .                | more stages unstages
git rm --cached src/a.txt       | stages unstages
git rm -r src                   | more stages unstages sweeps
git rm src/*                    | stages unstages sweeps
git checkout -- src/a.txt       | stages unstages
git checkout main               | more stages sweeps
git read-tree HEAD              | more stages unstages
git update-index --force-remove src/a.txt | stages unstages
git update-index --refresh      | more
git stash                       | more stages sweeps
git stash push -- src/a.txt     | stages
git stash pop                   | more stages sweeps
git stash list                  | more
git stash -a                    | more stages sweeps ignored
git stash push --all            | more stages sweeps ignored
git clean -fd                   | more sweeps
git clean -fx                   | more sweeps ignored
git clean -fdX                  | more sweeps ignored
git clean -fx src/a.txt         | ignored
git mv src/a.txt src/c.txt      | stages
git merge other                 | more stages sweeps
git ci                          | more stages sweeps
git worktree remove ../wt       |
git log -a                      | more
git diff -- src/a.txt           | more
"""
ASKED = {
    "more": lambda found: git_line.reaches_more(found.git[0]),
    "stages": lambda found: git_line.stages(found.git[0]),
    "restages": lambda found: git_line.restages(found.git[0]),
    "unstages": lambda found: git_line.unstages(found.git[0]),
    "sweeps": git_line.sweeps,
    "ignored": lambda found: git_line._takes_ignored(found.git[0]),
}


def test_what_each_command_is_taken_for(tmp_path: Path) -> None:
    Project(tmp_path).write(FILES)
    told = dict(line.split("|") for line in KINDS.strip().splitlines())
    found = {}
    for line in told:
        effects = shell.analyse(line, str(tmp_path))
        assert len(effects.git) == 1
        found[line] = [word for word, ask in ASKED.items() if ask(effects)]
    assert found == {line: words.split() for line, words in told.items()}


# What each command may change beside files. branches: which branch is where, or which there are; refs: what else names
# commits, and commits that nothing names any more.
REFS = """
git branch                      |
git branch --list               |
git branch new                  | branches refs
git branch -d old               | branches refs
git branch -f old HEAD          | branches refs
git update-ref refs/heads/x HEAD | branches refs
git symbolic-ref HEAD           |
git symbolic-ref HEAD refs/heads/x | branches
git checkout                    |
git checkout -b new             | branches
git checkout -B old             | branches
git switch -C old               | branches
git switch main                 | branches
git worktree list               |
git worktree add ../wt          | branches
git fetch origin                | branches
git fetch origin main:old       | branches
git push                        | refs
git push origin :old            | branches refs
git tag                         |
git tag -d v1                   | refs
git tag v1                      | refs
git notes list                  |
git notes remove HEAD           | refs
git replace a b                 | refs
git reflog                      |
git reflog expire --all         | refs
git gc                          | refs
git prune                       | refs
git repack -d                   | refs
git commit -m x                 |
git stash                       |
git add src/a.txt               |
git log --branches              |
git ci                          | branches refs
"""


def test_which_commands_may_change_branches_and_refs(tmp_path: Path) -> None:
    """Whose those are is asked of these alone."""
    told = dict(line.split("|") for line in REFS.strip().splitlines())
    ask = {"branches": git_line._may_branch, "refs": git_line._may_drop}
    found = {}
    for line in told:
        (effect,) = shell.analyse(line, str(tmp_path)).git
        found[line] = [word for word, may in ask.items() if may(effect)]
    assert found == {line: words.split() for line, words in told.items()}

"""Work trees beside each other: an agent's own is its alone, a run's agents stay in the run's, the stash is shared."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from hooks.isolated import Isolated
from project import Project
from run.plans import plan

from fanout.hooks.guarding import other_work_trees
from fanout.hooks.guarding.fast_verdict import Target

WRITES = """
echo x > W/a.txt
echo x > W/fresh.txt
sed -i s/line/x/ W/a.txt
rm W/a.txt
rm -rf W
mv W elsewhere
rm -rf .claude
rm -rf .claude/worktrees
cp b.txt W/b.txt
cd W && echo x >> a.txt
tee W/a.txt < b.txt
python3 -c "open('W/a.txt', 'w').write('x')"
mkdir W/folder
ln -s W link && echo x > link/a.txt
"""
GIT = """
cd W && git add -A && git commit -qm z
git -C W commit -qam z
git -C W checkout .
git -C W switch --detach
git -C W reset --hard
git -C W stash
git -C W update-ref HEAD HEAD~1
git -C W st
git -C W deepest
git --git-dir=$D stash
git --work-tree=$D stash
git --work-tree=W --git-dir=W/.git add a.txt
git --git-dir=.git/worktrees/agent-01 add a.txt
GIT_DIR=.git/worktrees/agent-01 git reset
GIT_WORK_TREE=W git restore a.txt
GIT_WORK_TREE=W git checkout .
git --work-tree=W checkout .
GIT_WORK_TREE=W git reset --hard
GIT_WORK_TREE=W GIT_DIR=.git git add a.txt
git worktree remove W
git worktree remove --force agent-01
git worktree move W elsewhere
git worktree list | awk '{print $1}' | xargs -n1 git worktree remove --force
git worktree list | grep -v nobodys | awk '{print $1}' | tail -n +2 | xargs rm -rf
git worktree list --porcelain | sed -n 's/^worktree //p' | grep agent- | xargs -n1 rm -rf
for w in $(git worktree list | awk '{print $1}' | grep worktrees/agent); do rm -rf "$w"; done
git -C W branch -m other
cd W && git branch -M other
git branch -D worktree-agent-01
git branch -m worktree-agent-01 mine
git branch -d worktree-agent-01
git branch -M worktree-agent-01 mine
git branch -f worktree-agent-01 HEAD
git branch --delete worktree-agent-01
git branch --move worktree-agent-01 mine
git branch --force worktree-agent-01 HEAD
git update-ref refs/heads/worktree-agent-01 HEAD
git update-ref -d refs/heads/worktree-agent-01
git clean -ffdx
git clean -f -f -d .claude
git clean --force --force -dx
git -C W symbolic-ref HEAD refs/heads/x
git --work-tree=W restore a.txt
"""
HARMLESS = """
cat W/a.txt
cp W/a.txt copy.txt
git -C W status
git -C W log -1
git -C W diff
git -C W ss
git -C W round
git worktree list
git worktree list | awk '{print $1}' | grep -v worktrees/agent | xargs -I{} git -C {} status
git worktree add ../fresh
git worktree remove ../nobodys
git worktree move ../nobodys ../elsewhere
git branch mine worktree-agent-01
git branch -d mine
git branch -f mine worktree-agent-01
git merge-base HEAD worktree-agent-01
git clean -fdx -e .claude own-folder
git clean -d -f -e offhand.ff .claude
mkdir -p .claude/worktrees
touch .claude
chmod u+w .claude/worktrees
git clean -fd offhand.ff
git clean -ffdx own-folder
rm -rf own-folder
"""


class Trees(Isolated):
    """Task 01 in a worktree of its own, task 02 in the project, and a worktree that is nobody's."""

    def begin(self) -> None:
        super().begin()
        project = Project(self.root)
        project.git("config", "alias.st", "stash")
        project.git("config", "alias.deep", "st")
        project.git("config", "alias.deepest", "deep")
        project.git("config", "alias.ss", "status -s")
        project.git("config", "alias.round", "turn")
        project.git("config", "alias.turn", "round")  # git says that it expands to itself
        project.git("worktree", "add", "-q", "-b", "nobodys", str(self.root.parent / "nobodys"))
        self.launch("02")
        self.work("by 01\n")

    def asked(self, agent: str | None, line: str) -> str:
        place = self.place.relative_to(self.root)
        return denial(self.bash(agent, re.sub(r"\bW\b", str(place), line)))


@pytest.fixture
def trees(tmp_path: Path) -> Trees:
    (tmp_path / "project").mkdir()
    desk = Trees(tmp_path / "project")
    desk.begin()
    return desk


@pytest.mark.parametrize("agent", ["agent-02", "stranger", None])
def test_an_agents_own_worktree_is_its_alone(trees: Trees, agent: str | None) -> None:
    for line in [*WRITES.strip().splitlines(), *GIT.strip().splitlines()]:
        reason = trees.asked(agent, line)
        assert "worktree" in reason and "task 01" in reason, (line, reason)
        assert "still at work there" in reason or "could run in the worktree of" in reason, (line, reason)


@pytest.mark.parametrize("agent", ["agent-02", None])
def test_reading_it_and_what_is_nobodys_pass(trees: Trees, agent: str | None) -> None:
    (trees.root / "own-folder").mkdir()
    for line in HARMLESS.strip().splitlines():
        assert trees.asked(agent, line) == "", line


def test_what_is_done_instead_is_said(trees: Trees) -> None:
    place = ".claude/worktrees/agent-01"
    assert denial(trees.write("agent-02", f"{place}/a.txt")) == (
        f"{place}/a.txt is in the worktree of task 01, which is still at work there: what you change would go in as its "
        f"work. Write {trees.root}/a.txt instead."
    )
    assert denial(trees.write(None, f"{place}/a.txt")).endswith("Wait until it has ended: then its work is brought in.")
    assert trees.asked("agent-02", "git -C W add a.txt").endswith(
        f"Run it in your own: `cd {trees.root}`, or `git -C {trees.root} ...`."
    )
    assert "Leave it out: name the folders that you mean" in trees.asked("agent-02", "rm -rf .claude")


@pytest.mark.parametrize(
    "line", ["echo x > W/a.txt", "rm -rf W/sub", "cd W && git add -A && git commit -qm mine", "git -C W stash -u"]
)
def test_its_owner_works_there(trees: Trees, line: str) -> None:
    assert trees.asked("agent-01", line) == ""


def test_the_runs_tree_is_no_strange_one_to_it(trees: Trees) -> None:
    for line in (f"echo x > {trees.root}/free.txt", f"git -C {trees.root} status", f"touch {trees.root}/free.txt"):
        assert trees.asked("agent-01", line) == ""


MOVES_MAIN = """
git update-ref refs/heads/main HEAD
git symbolic-ref HEAD refs/heads/main
git checkout --ignore-other-worktrees main
git switch main --ignore-other-worktrees
"""
STAYS_APART = """
git update-ref refs/heads/mine HEAD
git symbolic-ref HEAD
git checkout -b mine
git branch mine main
git branch -f mine main
git rebase main
git merge main
"""


def test_the_branch_that_the_project_is_on_is_not_moved_from_a_worktree(trees: Trees) -> None:
    trees.home = trees.place
    for line in MOVES_MAIN.strip().splitlines():
        assert "main is checked out in" in trees.asked("agent-01", line), line
    for line in STAYS_APART.strip().splitlines():
        assert trees.asked("agent-01", line) == "", line


def test_when_its_agent_has_ended_it_is_free_to_the_main_conversation(trees: Trees) -> None:
    assert trees.end("agent-01", "DONE|01|did it") == {}
    assert trees.asked(None, "rm -rf W") == "" and trees.asked(None, "echo x > W/a.txt") == ""
    assert "another work tree of this repository" in trees.asked("agent-02", "echo x > W/a.txt")


def test_before_its_first_call_it_is_its_own_already(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    desk = Isolated(tmp_path / "project")
    desk.begin()
    desk.launch("02")
    assert "the worktree of task 01" in denial(desk.bash("agent-02", f"rm -rf {desk.place}"))


# -- a run's agents stay in the run's tree --------------------------------------------------------------------------------


@pytest.fixture(params=["main", "linked"])
def apart(tmp_path: Path, request: pytest.FixtureRequest) -> Desk:
    """A run in the main checkout or in a linked one; its `other` holds the user's uncommitted work."""
    main = Project(tmp_path / "main")
    main.path.mkdir()
    main.write({"a.txt": "a\n", "b.txt": "b\n", "src/c.txt": "c\n", ".gitignore": "node_modules/\n"})
    main.commit_all()
    linked = tmp_path / "linked"
    main.git("worktree", "add", "-q", "-b", "feature", str(linked))
    home, other = (main.path, linked) if request.param == "main" else (linked, main.path)
    (other / "a.txt").write_text("the user's, not committed\n")
    desk = Desk(main.path, home=home)
    base = "" if request.param == "main" else str(linked)
    desk.start({**plan({"01": {}, "02": {}}), "base": base})
    desk.launch("01")
    desk.launch("02")
    desk.other = other  # type: ignore[attr-defined]
    return desk


def at(desk: Desk, line: str) -> str:
    return line.replace("M", str(desk.other))  # type: ignore[attr-defined]


DRIFT = """
echo x > M/a.txt
echo x > M/new.txt
cd M && echo x > src/c.txt
rm -rf M/src
git -C M commit -qam x
cd M && git add a.txt && git commit -qm x
git -C M checkout .
git -C M stash
git -C M merge feature
git -C M update-ref HEAD HEAD
cd M && git switch -c z
git -C M checkout -b z
git -C M reset --soft HEAD~1
"""
STAYS = """
cat M/a.txt
git -C M status
git -C M diff
git -C M fetch
git -C M branch --list
git -C M log --oneline
cp M/a.txt own.txt
echo x > own.txt && git add own.txt
mkdir -p M/node_modules/.cache && touch M/node_modules/.cache/x
echo x > /tmp/fanout-elsewhere-own
"""


@pytest.mark.parametrize("line", DRIFT.strip().splitlines())
def test_an_agent_stays_in_the_tree_of_its_run(apart: Desk, line: str) -> None:
    reason = denial(apart.bash("agent-01", at(apart, line)))
    assert "another work tree of this repository" in reason and f"your run works in {apart.home}" in reason, line


@pytest.mark.parametrize("line", STAYS.strip().splitlines())
def test_looking_there_and_working_here_pass(apart: Desk, line: str) -> None:
    assert denial(apart.bash("agent-01", at(apart, line))) == ""


@pytest.mark.parametrize("line", DRIFT.strip().splitlines()[:6])
def test_the_main_conversation_is_not_held(apart: Desk, line: str) -> None:
    assert denial(apart.bash(None, at(apart, line))) == ""


def test_the_same_path_in_the_runs_own_tree_is_named(apart: Desk) -> None:
    path = at(apart, "M/src/c.txt")
    reason = denial(apart.tool("agent-01", "Write", {"file_path": path, "content": "x"}))
    assert reason.startswith(f"{path} is in another work tree") and reason.endswith(
        f"Write {apart.home}/src/c.txt instead."
    )
    assert not denial(apart.tool("agent-01", "Write", {"file_path": str(apart.home / "src/c.txt"), "content": "x"}))


def test_a_worktree_made_since_is_open(apart: Desk) -> None:
    fresh = apart.root.parent / "fresh"
    assert denial(apart.bash("agent-01", f"git worktree add {fresh} -b fresh")) == ""
    subprocess.run(["git", "worktree", "add", "-q", "-b", "fresh", str(fresh)], cwd=apart.home, check=True)
    assert denial(apart.bash("agent-01", f"cd {fresh} && echo x > a.txt && git commit -qam x")) == ""


KINDS = {
    # the folder that is written all through, of which files alone, the worktree in it, and whether that is reached
    "all": ("/p", (), "/p/.claude/w", True),
    "the folder itself": ("/p", (), "/p", False),
    "beside": ("/p/a", (), "/p/ab", False),
    "above": ("/p/a", (), "/p", False),
    "the root": ("/", (), "/p", True),
    "a formatter": ("/p", (".py",), "/p/w", True),
    "a formatter and a hidden folder": ("/p", (".py",), "/p/.claude/w", False),
    "within a hidden folder": ("/p/.claude", (".py",), "/p/.claude/w", True),
    "hidden itself": ("/p", (".py",), "/p/trees/.w", False),
}


@pytest.mark.parametrize("case", KINDS)
def test_whether_a_write_of_all_below_goes_through_a_worktree(case: str) -> None:
    full, kinds, place, is_reached = KINDS[case]
    assert other_work_trees._reaches(Target(full, recursive=True, kinds=kinds), full, place) == is_reached


def test_an_attempt_is_at_home_in_its_own_tree_and_another_agent_in_its_runs(
    trees: Trees, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent in a worktree may look into the run's tree; an attempt's project is its work tree alone."""
    root = str(trees.root)
    line = f"echo x > {root}/c.txt"
    assert trees.asked("agent-01", line) == ""
    trees.db.execute("DELETE FROM claim WHERE pattern = 'c.txt'")
    monkeypatch.setenv("FANOUT_ATTEMPT", "agent-01")
    said = trees.asked("agent-01", line)
    assert f"is in another work tree of this repository, {root}: your run works in {trees.place}" in said
    monkeypatch.setenv("FANOUT_ATTEMPT", "another")
    assert trees.asked("agent-01", line) == ""


# -- the stash is everybody's ---------------------------------------------------------------------------------------------


@pytest.fixture
def stash(tmp_path: Path) -> Desk:
    """A run of 01 in the project, a linked worktree beside it, and a stash entry of the user's."""
    root = tmp_path / "project"
    root.mkdir()
    project = Project(root)
    project.write({"a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "-b", "feature", str(tmp_path / "linked"))
    project.write({"c.txt": "the user's\n"})
    project.git("stash", "push", "-q", "-m", "mine")
    desk = Desk(root)
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.do("agent-01", "a.txt", "by 01\n")
    return desk


TAKES = """
git stash pop
git stash pop --index
git stash drop
git stash drop -q stash@{0}
git stash pop 0
git stash clear
git stash branch rescue
git update-ref -d refs/stash
git reflog delete --updateref refs/stash@{0}
git reflog expire --expire=now --all
git stash list | cut -d: -f1 | xargs -n1 git stash drop
git stash push -- a.txt && git stash pop && git stash pop
git stash push -- a.txt && git stash pop stash@{1}
"""
KEEPS = """
git stash list
git stash show -p stash@{0}
git stash push -- a.txt
git stash push -- a.txt && git stash pop
git stash push -- a.txt && git stash drop
git stash create
git reflog
git stash pop stash@{7}
"""


@pytest.mark.sampled(4)
@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("line", TAKES.strip().splitlines())
def test_an_agent_takes_nobodys_entry(stash: Desk, line: str, beside: bool) -> None:
    if beside:
        stash.launch("02")
    reason = denial(stash.bash("agent-01", line))
    assert "stash@{0} (On main: mine)" in reason and "that entry is not yours" in reason, reason
    assert reason.endswith("`git stash push -u -- <your files>`, then `git stash pop` takes that back.")


@pytest.mark.parametrize("line", KEEPS.strip().splitlines())
def test_looking_at_it_and_an_entry_of_its_own_pass(stash: Desk, line: str) -> None:
    assert denial(stash.bash("agent-01", line)) == ""


def test_an_entry_of_its_own_is_popped_by_its_number(stash: Desk) -> None:
    project = Project(stash.root)
    project.git("stash", "push", "-q", "--", "a.txt")
    assert denial(stash.bash("agent-01", "git stash pop")) == ""
    project.write({"c.txt": "the user's again\n"})
    project.git("stash", "push", "-q", "-m", "again")
    reason = denial(stash.bash("agent-01", "git stash pop"))
    assert "stash@{0} (On main: again)" in reason
    assert reason.endswith("Yours is stash@{1}: `git stash pop stash@{1}`.")
    assert denial(stash.bash("agent-01", "git stash pop stash@{1}")) == ""


# Which entry is taken. Two stand there, the agent's own and the user's; which is on top stands before the line.
WHICH = """
own     | git stash pop                                    | own
own     | git stash pop 0                                  | own
own     | git stash drop stash@{0}                         | own
own     | git stash drop refs/stash@{0}                    | own
own     | git stash pop -q --index stash@{0}               | own
own     | git stash branch rescue                          | own
own     | git stash branch rescue stash@{0}                | own
own     | git stash pop 1                                  | the user's
own     | git stash drop stash@{1}                         | the user's
own     | git stash branch rescue stash@{1}                | the user's
own     | git stash drop refs/stash@{1}                    | the user's
own     | git stash pop 'stash@{1.hour.ago}'               | the user's
own     | git stash clear                                  | the user's
own     | git stash pop && git stash drop stash@{1}        | the user's
own     | git stash push -- a.txt && git stash pop 1       | own
own     | git stash push -- a.txt && git stash pop 2       | the user's
own     | git stash push -- a.txt && git stash drop        | own
own     | git stash -- a.txt && git stash && git stash pop 2 | own
own     | git stash -- a.txt && git stash && git stash pop 3 | the user's
own     | git stash show 1; git stash apply 1              | own
user's  | git stash pop                                    | the user's
user's  | git stash pop 0                                  | the user's
user's  | git stash pop 1                                  | own
user's  | git stash drop stash@{1}                         | own
user's  | git stash push -- a.txt && git stash pop 1       | the user's
user's  | git stash push -- a.txt && git stash pop 2       | own
user's  | git stash push -- a.txt && git stash pop 0       | own
user's  | git stash -- a.txt && git stash pop && git stash pop | the user's
user's  | git stash -- a.txt && git stash drop && git stash drop 1 | own
"""


@pytest.mark.parametrize("top", ["own", "user's"])
def test_an_agent_takes_its_own_of_two_entries(stash: Desk, top: str) -> None:
    project = Project(stash.root)
    project.git("stash", "push", "-q", "--", "a.txt")
    if top == "user's":
        project.write({"c.txt": "the user's again\n"})
        project.git("stash", "push", "-q", "-m", "mine")
    project.write({"a.txt": "by 01 again\n"})
    lines = [list(map(str.strip, line.split("|"))) for line in WHICH.strip().splitlines() if line.startswith(top)]
    found = [[top, line, "the user's" if denial(stash.bash("agent-01", line)) else "own"] for _, line, _ in lines]
    assert found == lines


def test_an_entry_that_another_work_tree_made_is_not_its_own(stash: Desk) -> None:
    linked = Project(stash.root.parent / "linked")
    linked.write({"a.txt": "on feature\n"})
    linked.git("stash", "push", "-q")
    assert "(WIP on feature: " in denial(stash.bash("agent-01", "git stash pop"))


def test_the_main_conversation_drops_what_the_user_put_there(stash: Desk) -> None:
    assert denial(stash.bash(None, "git stash drop")) == ""


def test_in_a_worktree_of_its_own_its_entries_are_its_own(trees: Trees) -> None:
    inner = Project(trees.place)
    inner.write({"b.txt": "by a program\n"})
    inner.git("stash", "push", "-q")
    assert trees.asked("agent-01", "cd W && git stash pop") == ""
    assert "(WIP on worktree-agent-01: " in trees.asked("agent-02", "git stash pop")

"""Done is what evidence says: nothing changed and nothing found is not done, and what was changed beside is named."""

from __future__ import annotations

import subprocess

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

FILES = {"a.ts": "a\n", "b.ts": "b\n", "README.md": "r\n", "docs/old.md": "o\n", ".gitignore": "build/\n"}


@pytest.fixture
def repo(desk: Desk) -> Desk:
    Project(desk.root).write(FILES)
    Project(desk.root).commit_all()
    desk.start(plan({"01": {"writes": ["a.ts"]}, "02": {"writes": ["b.ts"]}, "03": {}}))
    for task in ("01", "02", "03"):
        desk.launch(task)
    return desk


def run(desk: Desk, command: str) -> None:
    assert desk.bash("agent-01", command) == {}
    subprocess.run(["bash", "-c", command], cwd=desk.root, check=True)


BESIDE = [
    ("git rm -q README.md docs/old.md", ["README.md (deleted)", "docs/old.md (deleted)"]),
    ("rm docs/old.md", ["docs/old.md (deleted)"]),
    ("echo x > README.md", ["README.md (changed)"]),
    ("sed -i s/r/x/ README.md", ["README.md (changed)"]),
    ("echo x > new.md", ["new.md (created)"]),
    ("mkdir -p lib && echo x > lib/new.md", ["lib/new.md (created)"]),
]


@pytest.mark.parametrize(("command", "named"), BESIDE)
def test_what_a_task_changed_beside_its_files_is_named_and_left_out_of_its_commit(
    repo: Desk, command: str, named: list[str]
) -> None:
    repo.do("agent-01", "a.ts", "done\n")
    run(repo, command)
    assert repo.end("agent-01", "DONE|01|x") == {}
    said = repo.notify("agent-01")
    assert f"01 also changed what it does not declare: {', '.join(named)}. Tell the user." in said
    assert "also changed" not in repo.notify("agent-01"), "said once"
    project = Project(repo.root)
    assert "also changed what it does not declare" in project.fanout("report").out
    committed = project.fanout("commit", f"{repo.run}/01").out
    assert f"left out, it does not declare it: {', '.join(named)}" in committed
    assert project.git("show", "--format=", "--name-only", "HEAD").split() == ["a.ts"]
    rest = project.fanout("commit", f"{repo.run}/01", "--beyond")
    assert rest.code == 0 and "left out" not in rest.out
    assert project.git("show", "--format=", "--name-only", "HEAD").split() == [name.split()[0] for name in named]
    assert "committed already" in project.fanout("commit", f"{repo.run}/01", "--beyond").err


SINCE = [
    ("as it was", "echo x > README.md", "echo r > README.md", False),
    ("other lines in its place", "echo x > README.md", "echo y > README.md", False),
    ("another line too", "printf 'x\\nr\\n' > README.md", "printf 'x\\nr\\n\\n\\n\\ny\\n' > README.md", True),
    ("gone", "echo x > README.md", "rm README.md", False),
    ("created, gone", "echo x > new.md", "rm new.md", False),
    ("created, and written since", "echo x > new.md", "echo y > new.md", True),
    ("deleted, there again", "rm docs/old.md", "echo o > docs/old.md", False),
    ("deleted", "rm docs/old.md", "true", True),
]


@pytest.mark.parametrize(("command", "since", "stands"), [row[1:] for row in SINCE], ids=[row[0] for row in SINCE])
def test_what_was_taken_back_since_is_not_committed(repo: Desk, command: str, since: str, stands: bool) -> None:
    """The user had it put right: what the agent wrote there is not what they want in a commit."""
    repo.do("agent-01", "a.ts", "done\n")
    run(repo, command)
    assert repo.end("agent-01", "DONE|01|x") == {}
    subprocess.run(["bash", "-c", since], cwd=repo.root, check=True)
    project = Project(repo.root)
    assert ("left out, it does not declare it" in project.fanout("commit", f"{repo.run}/01").out) is stands
    rest = project.fanout("commit", f"{repo.run}/01", "--beyond")
    assert (rest.code == 0) is stands
    assert ("committed already" in rest.err) is not stands
    assert (project.git("show", "--format=", "--name-only", "HEAD").split() == ["a.ts"]) is not stands


@pytest.mark.parametrize("command", ["mkdir build && echo x > build/out", "true"])
def test_what_git_ignores_is_nothing_beside(repo: Desk, command: str) -> None:
    repo.do("agent-01", "a.ts", "done\n")
    run(repo, command)
    repo.end("agent-01", "DONE|01|x")
    assert "also changed" not in repo.notify("agent-01")


def test_a_granted_path_is_the_tasks_own(repo: Desk) -> None:
    Project(repo.root).fanout("ask", f"{repo.run}/01", "README.md", "its name is there")
    repo.do("agent-01", "a.ts", "done\n")
    run(repo, "echo x > README.md")
    repo.end("agent-01", "DONE|01|x")
    assert "also changed" not in repo.notify("agent-01")
    Project(repo.root).fanout("commit", f"{repo.run}/01")
    assert Project(repo.root).git("show", "--format=", "--name-only", "HEAD").split() == ["README.md", "a.ts"]


def test_nothing_changed_and_nothing_found_is_not_done(repo: Desk) -> None:
    answer = repo.say("agent-03", "DONE|03|all good")
    assert (
        "its agent changed nothing that is on record, and its last message names nothing that it found"
        in answer["reason"]
    )
    assert repo.say("agent-03", "The build is green: I ran it and read its log.\nDONE|03|all good") == {}
    assert "03 done, not checked: all good" in repo.notify("agent-03")


def test_a_task_whose_only_write_was_denied_is_not_done(repo: Desk) -> None:
    assert repo.write("agent-03", "b.ts") != {}
    answer = repo.say("agent-03", "It is all there, believe me.\nDONE|03|wrote b.ts")
    assert "its write of b.ts was denied and no other change of it is on record" in answer["reason"]
    repo.do("agent-03", "c.ts")
    assert repo.say("agent-03", "DONE|03|wrote c.ts instead") == {}


def test_a_task_with_files_or_a_command_is_not_called_unchecked(repo: Desk) -> None:
    repo.do("agent-02", "b.ts")
    repo.say("agent-02", "DONE|02|x")
    assert "02 done: x" in repo.notify("agent-02")


@pytest.mark.parametrize("has_tests", [True, False])
def test_new_tests_that_a_task_asks_for_are_its_own(desk: Desk, has_tests: bool) -> None:
    title = "Scale a recipe, with tests" if has_tests else "Scale a recipe"
    desk.start(plan({"01": {"writes": ["scale.py"], "record": {"title": title}}}))
    desk.launch("01")
    desk.do("agent-01", "scale.py")
    desk.do("agent-01", "tests/test_scale.py")
    desk.end("agent-01", "DONE|01|x")
    said = desk.notify("agent-01")
    assert ("does not declare: tests/test_scale.py (created)" in said) is not has_tests


def test_a_file_that_another_task_had_made_is_named_as_its_work(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["cache.py"]}, "02": {"writes": ["icons.py"]}}))
    for name, paths in (("01", ["cache.py"]), ("02", ["icons.py", "cache.py"])):
        desk.launch(name)
        for path in paths:
            desk.do(f"agent-{name}", path, f"of {name}\n")
        desk.end(f"agent-{name}", f"DONE|{name}|x")
        said = desk.notify(f"agent-{name}")
    assert (
        "02 also changed what it does not declare: cache.py (changed). That is the work of 01: look whether it is still whole; "
        f"`fanout undo {desk.run}/02 cache.py` takes back what 02 changed there and nothing else. Tell the user."
        in said
    )
    project = Project(desk.root)
    assert project.fanout("undo", f"{desk.run}/02", "cache.py").code == 0 and desk.state("02") == "done"
    assert (desk.root / "cache.py").read_text() == "of 01\n" and (desk.root / "icons.py").read_text() == "of 02\n"
    assert project.fanout("undo", f"{desk.run}/02").code == 0 and not (desk.root / "icons.py").exists()
    assert f"Taken back: 02; `fanout retry {desk.run}/02` does it again." in project.fanout("next").out


def test_only_the_files_of_others_are_named_as_theirs(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["cache.py"]}, "02": {"writes": ["icons.py"]}}))
    for name, paths in (("01", ["cache.py"]), ("02", ["icons.py", "cache.py", "more.py"])):
        desk.launch(name)
        for path in paths:
            desk.do(f"agent-{name}", path, f"of {name}\n")
        desk.end(f"agent-{name}", f"DONE|{name}|x")
        said = desk.notify(f"agent-{name}")
    assert "cache.py (changed), more.py (created). cache.py is the work of 01: look whether" in said


def test_in_a_linked_work_tree_inside_the_project_it_is_left_out_as_well(desk: Desk) -> None:
    main = Project(desk.root)
    main.write(FILES)
    main.commit_all()
    home = desk.root / "trees" / "feature"
    main.git("worktree", "add", "-q", "-b", "feature", str(home))
    linked = Desk(desk.root, home=home)
    linked.start(
        {**plan({"01": {"writes": ["trees/feature/a.ts"], "record": {"writes": ["a.ts"]}}}), "base": "trees/feature"}
    )
    linked.launch("01")
    for name in ("a.ts", "README.md"):
        assert linked.do("agent-01", name, "by 01\n") == {}
    assert linked.end("agent-01", "DONE|01|x") == {}
    committed = main.fanout("commit", f"{linked.run}/01")
    assert committed.code == 0 and "it does not declare it: README.md (changed)" in committed.out
    assert Project(home).git("show", "--format=", "--name-only", "HEAD").split() == ["a.ts"]


def test_a_path_that_was_granted_is_no_declaration(desk: Desk) -> None:
    """A task that names no file has no beyond, also when it asked for one on its way."""
    desk.start(plan({"01": {}, "02": {"writes": ["b.ts"]}}))
    desk.launch("01")
    desk.end("agent-01", "NEEDS|01|a.ts, for the route")
    desk.launch("01", agent="again")
    for path in ("a.ts", "c.ts"):
        desk.do("again", path)
    desk.end("again", "DONE|01|x")
    assert "does not declare" not in desk.notify("again")


def test_a_numbered_list_has_nothing_to_mark_and_no_trouble_with_it(project: Project) -> None:
    project.write({"steps.md": "# Work\n\n1. Write `a.txt`\n2. Write `b.txt`\n"})
    project.fanout("start", "steps.md")
    project.write({"a.txt": "a\n"})
    assert "not marked" not in project.fanout("done", "work-1/01", "wrote it").out
    assert "not marked" not in project.fanout("report").out

"""Who owns a path: claims by pattern against files and folders, one's own paths, and what a folder holds."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.run.agents import agents, claims
from fanout.run.changes import written
from fanout.run.store import meta, paths

FILES = ("mine.py", "theirs.py", "src/api/mine.py", "src/api/theirs.py", "src/api/notes.md", "src/web/app.ts")


def begin(desk: Desk, tasks: dict[str, dict[str, Any]], files: tuple[str, ...] = FILES) -> Desk:
    """The files, and a run of the tasks with all of them at work."""
    Project(desk.root).write(dict.fromkeys(files, "old\n"))
    desk.start(plan(tasks))
    for name in tasks:
        assert not denial(desk.launch(name))
    return desk


def came_first(desk: Desk, who: str, name: str) -> None:
    """The agent has written the path, and claims it for that."""
    agent = agents.by_agent_id(desk.db, who)
    assert agent is not None
    with desk.db:
        claims.take(desk.db, agent.id, name, paths.key(name, meta.folds_case(desk.db)))
        written.note(desk.db, str(desk.root), agent, name, str(desk.root / name), "Bash")


@pytest.mark.parametrize(
    "line", ["sed -i s/x/y/ mine.py theirs.py", "sed -i s/x/y/ theirs.py mine.py", "tee mine.py theirs.py"]
)
def test_one_own_path_in_a_line_opens_no_other(desk: Desk, line: str) -> None:
    begin(desk, {"01": {"writes": ["mine.py"]}, "02": {"writes": ["theirs.py"]}})
    assert desk.do("agent-01", "mine.py") == {}, "settled: it goes the fast way"
    assert desk.bash("agent-01", "sed -i s/x/y/ mine.py") == {}
    assert "theirs.py belongs to task 02" in denial(desk.bash("agent-01", line))


@pytest.mark.parametrize(
    "line",
    [
        "black src/api && isort src/api/mine.py",
        "gofmt -w src/api src/api/mine.py",
        "rm -rf src/web && mkdir src/web && touch src/web/app.ts",
        "mkdir made && rm -r made && echo x > made",
    ],
)
def test_a_line_that_reaches_a_file_twice_is_judged_once(desk: Desk, line: str) -> None:
    begin(desk, {"01": {"writes": ["src/api/**", "src/web/**"]}, "02": {"writes": ["theirs.py"]}})
    assert desk.bash("agent-01", line) == {}
    assert desk.bash("agent-01", line) == {}


def test_who_came_first_gives_way_to_the_plan(desk: Desk) -> None:
    begin(desk, {"01": {}, "02": {"writes": ["late.py"], "needs": []}}, ())
    desk.end("agent-02", "BLOCKED|02|later")
    assert desk.do("agent-01", "late.py") == {} and desk.do("agent-01", "late.py") == {}
    Project(desk.root).fanout("retry", f"{desk.run}/02")
    assert denial(desk.launch("02", agent="again")).startswith("fanout denies task 02"), "it waits for who has the file"


def test_after_the_plan_gave_it_away_its_first_writer_stops(desk: Desk) -> None:
    """A claim of a plan beside one of who came first: only the plan's holder goes on."""
    begin(desk, {"01": {}, "02": {"writes": ["late.py"]}}, ())
    came_first(desk, "agent-01", "late.py")
    assert "late.py belongs to task 02 (declared in the plan" in denial(desk.write("agent-01", "late.py"))
    assert desk.write("agent-02", "late.py") == {}


REACHED = [
    "rm -rf src/api",
    "black src/api",
    "mv src/api elsewhere",
    "find src/api -name '*.py' -exec sed -i s/a/b/ {} +",
    "cp -r /tmp/. src/api",
]


@pytest.mark.parametrize("pattern", ["src/**/*.py", "**/theirs.py", "*/*/theirs.py", "src/{api,web}/t*.py"])
@pytest.mark.parametrize("line", REACHED)
def test_a_pattern_that_hangs_above_a_folder_holds_what_is_in_it(desk: Desk, pattern: str, line: str) -> None:
    begin(desk, {"01": {}, "02": {"writes": [pattern]}})
    assert "belongs to task 02" in denial(desk.bash("agent-01", line))


@pytest.mark.parametrize("pattern", ["src/**/*.rs", "lib/**", "**/app.rs"])
@pytest.mark.parametrize("line", ["black src/api", "mv src/api src/moved"])
def test_a_pattern_that_means_nothing_there_holds_nobody_up(desk: Desk, pattern: str, line: str) -> None:
    begin(desk, {"01": {}, "02": {"writes": [pattern]}})
    assert desk.bash("agent-01", line) == {}


@pytest.mark.parametrize("name", ["src/été.py", "src/日本.py", "src/~tmp.py", "src/Z.py", "src/\U0001f600.py"])
@pytest.mark.parametrize("line", ["rm -rf src", "mv src gone"])
def test_a_folder_holds_every_name(desk: Desk, name: str, line: str) -> None:
    begin(desk, {"01": {}, "02": {"writes": [name]}}, (name,))
    assert "belongs to task 02" in denial(desk.bash("agent-01", line))


@pytest.mark.parametrize(
    "line", ["rm -r src/api", "mv src/api old", "chmod -R 600 src/api", "rsync -a --delete other/ src/api"]
)
@pytest.mark.parametrize("is_there_a_third", [True, False])
def test_a_pattern_that_meets_the_folder_alone_covers_up_no_claim_below_it(
    desk: Desk, line: str, is_there_a_third: bool
) -> None:
    """`src/a*` matches the folder and no file in it; whose those are is asked all the same."""
    third = {"03": {"writes": ["src/api/theirs.py"]}} if is_there_a_third else {}
    begin(desk, {"01": {"writes": ["mine.py"]}, "02": {"writes": ["src/a*"]}, **third})
    said = denial(desk.bash("agent-01", line))
    assert ("src/api/theirs.py belongs to task 03" in said) if is_there_a_third else said == ""


def test_what_stands_beside_a_folder_is_not_in_it(desk: Desk) -> None:
    begin(desk, {"01": {}, "02": {"writes": ["src-b/x.py", "src0.py", "sr.py"]}}, ("src/free.py", "src-b/x.py"))
    assert desk.bash("agent-01", "mv src gone") == {}


@pytest.mark.parametrize(
    ("line", "is_denied"),
    [
        ("tar xf x.tar -C src", True),
        ("unzip -o x.zip -d src", True),
        ("rm -rf src", True),
        ("cp -r lib/. src", False),
        ("black src", True),
        ("prettier --write src", False),
        ("black lib", False),
        ("tar xf x.tar -C lib", False),
    ],
)
def test_what_a_sibling_has_yet_to_write_is_held_in_its_folder(desk: Desk, line: str, is_denied: bool) -> None:
    begin(desk, {"01": {}, "02": {"writes": ["src/new.py"]}}, ("src/free.md", "lib/a.py"))
    said = denial(desk.bash("agent-01", line))
    assert ("src/new.py belongs to task 02" in said) == is_denied and bool(said) == is_denied


@pytest.mark.parametrize("line", ["rm -rf src", "black src", "mv src gone"])
def test_a_folder_that_is_ones_own_by_name_holds_what_siblings_have_below(desk: Desk, line: str) -> None:
    begin(desk, {"01": {}, "02": {"writes": ["src/api/theirs.py"]}})
    came_first(desk, "agent-01", "src")
    assert "src/api/theirs.py belongs to task 02" in denial(desk.bash("agent-01", line))


def test_who_reads_a_file_does_not_own_it(desk: Desk) -> None:
    begin(desk, {"01": {"reads": ["docs.md", "src/**/*.md"]}, "02": {}}, ("docs.md", "src/api/notes.md"))
    assert desk.do("agent-02", "docs.md") == {}
    assert desk.bash("agent-02", "sed -i s/a/b/ src/api/notes.md") == {}
    assert denial(desk.write("agent-01", "docs.md")), "now it is the writer's"


def test_a_pattern_owns_what_matches_and_nothing_else(desk: Desk) -> None:
    begin(desk, {"01": {"writes": ["src/**/*.py"]}, "02": {}})
    assert "belongs to task 01" in denial(desk.write("agent-02", "src/api/theirs.py"))
    assert "belongs to task 01" in denial(desk.write("agent-02", "src/deep/er/new.py"))
    assert desk.do("agent-02", "src/api/notes.md") == {} and desk.do("agent-02", "mine.py") == {}
    assert "belongs to task 02" in denial(desk.write("agent-01", "mine.py"))


def test_a_family_writes_what_its_eldest_owns(desk: Desk) -> None:
    begin(desk, {"01": {"writes": ["mine.py"]}, "02": {}})
    above = "agent-01"
    for name in ("child", "grandchild", "great-grandchild"):
        given = {"description": name, "prompt": "help", "subagent_type": "general-purpose"}
        assert (
            desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id=name, agent_id=above) == {}
        )
        desk.meta(name, name)
        assert desk.write(name, "mine.py", "Edit") == {}, name
        above = name
    assert "belongs to task 01" in denial(desk.write("agent-02", "mine.py"))


@pytest.mark.parametrize("task", ["1", "10", "1x"])
def test_a_scratch_folder_is_its_tasks_alone(desk: Desk, task: str) -> None:
    desk.start(plan({"1": {}, "10": {}, "1x": {}}))
    for name in ("1", "10", "1x"):
        desk.launch(name)
    for name in ("1", "10", "1x"):
        said = denial(desk.write(f"agent-{task}", f".fanout/scratch/{desk.run}/{name}/x.json"))
        assert bool(said) == (name != task), name


@pytest.mark.parametrize("line", ["rm link", "mv link other", "unlink link", "ln -sf elsewhere link"])
def test_a_link_of_a_siblings_is_taken_away_by_nobody_else(desk: Desk, line: str) -> None:
    begin(desk, {"01": {}, "02": {"writes": ["link"]}}, ("target.txt",))
    (desk.root / "link").symlink_to("target.txt")
    assert "link belongs to task 02" in denial(desk.bash("agent-01", line))


@pytest.mark.parametrize("line", ["rm link", "mv link other", "mv d/link other"])
def test_taking_ones_own_link_away_leaves_what_it_points_to(desk: Desk, line: str) -> None:
    begin(desk, {"01": {}, "02": {"writes": ["target.txt"]}}, ("target.txt", "d/x"))
    (desk.root / "link").symlink_to("target.txt")
    (desk.root / "d" / "link").symlink_to("../target.txt")
    assert desk.bash("agent-01", line) == {}
    assert "target.txt belongs to task 02" in denial(desk.bash("agent-01", "echo x > link"))


def test_who_may_have_an_old_version_is_told_once_for_each_change(desk: Desk) -> None:
    begin(desk, {"01": {}, "02": {}, "03": {}})
    assert desk.do("agent-02", "mine.py", "2\n") == {}
    desk.end("agent-02", "DONE|02|x")
    assert "mine.py was changed by task 02" in denial(desk.write("agent-01", "mine.py"))
    assert desk.write("agent-01", "mine.py") == {}
    assert desk.write("agent-03", "theirs.py") == {}, "nobody wrote this one"


def test_the_denial_of_a_folder_names_what_to_type_instead(desk: Desk) -> None:
    begin(desk, {"01": {"writes": ["src/api/mine.py"]}, "02": {"writes": ["src/api/theirs.py"]}})
    said = denial(desk.bash("agent-01", "black src"))
    assert "This reaches it through `src`: name your own files, as src/api/mine.py." in said


def test_a_worktree_whose_name_begins_alike_is_another_agents(desk: Desk) -> None:
    project = Project(desk.root)
    project.write({"a.txt": "a\n", "b.txt": "b\n", ".gitignore": ".claude/\n"})
    project.commit_all()
    isolated = {"isolation": "worktree"}
    tasks = {"1": {"writes": ["a.txt"], "record": isolated}, "10": {"writes": ["b.txt"], "record": isolated}}
    desk.start(plan(tasks))
    for name in tasks:
        place = desk.root / ".claude" / "worktrees" / f"w{name}"
        project.git("worktree", "add", "-q", "-b", f"w{name}", str(place))
        assert not denial(desk.launch(name))
        desk.meta(f"agent-{name}", f"toolu_{desk.session}_{desk.calls}", worktreePath=str(place))
        assert desk.write(f"agent-{name}", f".claude/worktrees/w{name}/own.txt") == {}
    said = denial(desk.write("agent-1", ".claude/worktrees/w10/b.txt"))
    assert "is in the worktree of task 10" in said
    assert desk.write("agent-1", ".claude/worktrees/w1/a.txt") == {}


BUILDS_ON = {
    # the second task, and whether it is told whose file it writes once the first is done
    "names another file": ({"writes": ["icons.py"]}, True),
    "names none": ({}, True),
    "names it too": ({"writes": ["icons.py", "cache.py"]}, False),
    "needs the first": ({"writes": ["icons.py"], "needs": ["01"]}, False),
}


@pytest.mark.parametrize("case", BUILDS_ON)
def test_who_first_writes_what_a_finished_task_made_is_told_whose_it_is(desk: Desk, case: str) -> None:
    second, is_told = BUILDS_ON[case]
    desk.start(plan({"01": {"writes": ["cache.py"]}, "02": second}))
    desk.launch("01")
    desk.do("agent-01", "cache.py", "of 01\n")
    desk.end("agent-01", "DONE|01|x")
    desk.launch("02")
    said = context(desk.do("agent-02", "cache.py", "of 02\n"))
    assert ("cache.py is what task 01 made, which is done" in said) is is_told
    assert "what task" not in context(desk.do("agent-02", "cache.py", "again\n")), "said once"
    assert "what task" not in context(desk.do("agent-02", "new.py", "new\n"))


@pytest.mark.parametrize("kind", ["first-write", "meanwhile", "granted"])
def test_a_claim_that_came_by_writing_names_no_file(desk: Desk, kind: Any) -> None:
    """What a command of its own touched is no more its task's than before; what was granted is."""
    desk.start(plan({"01": {"writes": ["cache.py"]}, "02": {"writes": ["icons.py"]}}))
    desk.launch("01")
    desk.do("agent-01", "cache.py", "of 01\n")
    desk.end("agent-01", "DONE|01|x")
    desk.launch("02")
    agent = agents.by_agent_id(desk.db, "agent-02")
    assert agent is not None
    with desk.db:
        claims.take(desk.db, agent.id, "cache.py", "cache.py", kind)
    said = context(desk.do("agent-02", "cache.py", "of 02\n"))
    assert ("cache.py is what task 01 made" in said) is (kind != "granted")

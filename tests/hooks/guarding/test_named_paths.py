"""A file that a line only reaches is not named by it."""

from __future__ import annotations

import subprocess

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.hooks.guarding import named_paths

ROOT = "/p"
# A file of the folder /p, a line that runs there, and whether the line names the file.
LINES = [
    ("docs/ops.md", "sed -i s/a/b/ docs/ops.md", True),
    ("docs/ops.md", "sed -i s/a/b/ './docs/ops.md'", True),
    ("docs/ops.md", "sed -i s/a/b/ /p/docs/ops.md", True),
    ("docs/ops.md", "cd docs && sed -i s/a/b/ ops.md", True),
    ("docs/ops.md", "cd docs/in && sed -i s/a/b/ ../ops.md", True),
    ("docs/ops.md", "echo x >>docs/ops.md", True),
    ("docs/ops.md", "python3 -c \"open('docs/ops.md', 'a').write('x')\"", True),
    ("ops.md", "sed -i s/a/b/ ops.md", True),
    ("my ops.md", "sed -i s/a/b/ 'my ops.md'", True),
    ("docs/ops.md", "sed -i s/a/b/ docs/*.md", False),
    ("docs/ops.md", "find . -name ops.md -exec sed -i s/a/b/ {} +", False),
    ("docs/ops.md", "find . -name '*.md' | xargs sed -i s/a/b/", False),
    ("docs/ops.md", "for f in $(git ls-files '*.md'); do sed -i s/a/b/ $f; done", False),
    ("docs/ops.md", "sed -i s/a/b/ docs/devops.md docs/*.md", False),
    ("docs/ops.md", "sed -i s/a/b/ docs/ops.md.bak docs/*.md", False),
    ("docs/ops.md", "sed -i s/a/b/ lib/ops.md docs/*.md", False),
    ("docs/ops.md", "sed -i s/a/b/ docs/ops.mdx docs/*", False),
]


@pytest.mark.parametrize(("path", "line", "is_named"), LINES)
def test_a_word_of_the_line_is_the_path(path: str, line: str, is_named: bool) -> None:
    assert named_paths.is_named(f"{ROOT}/{path}", line, ROOT) is is_named


def test_what_is_made_of_a_named_file_is_named_with_it() -> None:
    assert named_paths.is_made_of_named("/p/a.o", "gcc -c src/a.c")
    assert not named_paths.is_made_of_named("/p/docs/ops.md", "cp tpl/* docs/")


FILES = {"docs/ops.md": "text\n", "docs/own.md": "text\n", "docs/in.md": "text\n", "src/a.txt": "text\n"}
SWEEPS = [
    "find . -name '*.md' -exec sed -i 's/text/Text/' {} +",
    "find . -name 'ops.md' -exec sed -i 's/text/Text/' {} +",
    "git ls-files '*.md' | xargs sed -i s/text/Text/",
    "perl -pi -e 's/text/Text/' $(git ls-files)",
    'for f in docs/*.md; do sed -i s/text/Text/ "$f"; done',
    'for f in docs/*.md; do sed s/text/Text/ "$f" > t && mv t "$f"; done',
    "sed -i s/text/Text/ docs/*",
    "mv docs/*.md src/",
    "cp tpl/* docs/",
]
NAMING = [
    "sed -i s/text/Text/ docs/ops.md",
    "cd docs && sed -i s/text/Text/ ops.md own.md",
    'for f in docs/ops.md docs/own.md; do sed -i s/text/Text/ "$f"; done',
]


def _desk(desk: Desk, is_repo: bool, *, late: bool = False) -> Desk:
    """Task 05 has finished docs/ops.md, while 01 works or before it began."""
    Project(desk.root).write({**FILES, "tpl/ops.md": "text\n"})
    if is_repo:
        Project(desk.root).commit_all()
    desk.start(plan({"01": {"writes": ["docs/own.md"]}, "05": {"writes": ["docs/ops.md"]}, "06": {"writes": ["z"]}}))
    if not late:
        desk.launch("01")
    desk.launch("05")
    assert desk.do("agent-05", "docs/ops.md", "text of 05\n") == {}
    assert desk.end("agent-05", "DONE|05|did it") == {}
    if late:
        desk.launch("01")
    return desk


@pytest.mark.parametrize("line", SWEEPS)
def test_a_sweep_over_a_siblings_finished_file_is_denied_each_time(desk: Desk, line: str) -> None:
    _desk(desk, is_repo=True)
    for _ in range(3):
        said = denial(desk.bash("agent-01", line))
        assert "docs/ops.md of task 05" in said and "name your own files one by one" in said, line
        assert "A command that names one of these may write it" in said and "only once" not in said


@pytest.mark.parametrize("line", [SWEEPS[0], SWEEPS[4]])
def test_also_where_it_was_done_before_the_agent_began(desk: Desk, line: str) -> None:
    _desk(desk, is_repo=True, late=True)
    for _ in range(2):
        assert "docs/ops.md of task 05" in denial(desk.bash("agent-01", line))


@pytest.mark.parametrize("is_committed", [False, True])
def test_where_git_has_nothing_to_say_a_sweep_is_denied_each_time_too(desk: Desk, is_committed: bool) -> None:
    _desk(desk, is_repo=is_committed)
    if is_committed:
        subprocess.run(["git", "commit", "-qam", "05"], cwd=desk.root, check=True)
    for _ in range(2):
        said = denial(desk.bash("agent-01", 'for f in docs/*.md; do sed -i s/text/Text/ "$f"; done'))
        assert said.startswith("docs/ops.md was changed by task 05 at ")
        assert said.endswith(
            ", after you began. This command reaches it without naming it: name your own files. If your task needs this one, "
            "read it again and keep that change, with a command that names it."
        )


@pytest.mark.parametrize("line", NAMING)
def test_a_line_that_names_it_passes_at_the_second_try_and_a_sweep_before_it_spends_nothing(
    desk: Desk, line: str
) -> None:
    _desk(desk, is_repo=True)
    assert denial(desk.bash("agent-01", SWEEPS[0]))
    assert "This is said only once." in denial(desk.bash("agent-01", line))
    assert denial(desk.bash("agent-01", SWEEPS[0])), "that was of the line that names it"
    assert desk.bash("agent-01", line) == {}


def test_a_file_tool_passes_at_the_second_try(desk: Desk) -> None:
    _desk(desk, is_repo=True)
    assert "This is said only once." in denial(desk.write("agent-01", "docs/ops.md"))
    assert desk.write("agent-01", "docs/ops.md") == {}


@pytest.mark.parametrize("line", ["sed -i s/text/Text/ docs/own.md", "sed -i s/text/Text/ docs/ow*.md", "cat docs/*"])
def test_its_own_files_are_swept_as_it_likes(desk: Desk, line: str) -> None:
    _desk(desk, is_repo=True)
    desk.do("agent-01", "docs/own.md", "text\n")
    assert desk.bash("agent-01", line) == {}


def test_what_a_task_declares_is_swept_at_the_second_try_as_before(desk: Desk) -> None:
    Project(desk.root).write(FILES)
    Project(desk.root).commit_all()
    tasks = {"01": {"writes": ["docs/"]}, "05": {"writes": ["docs/ops.md"]}}
    desk.start(plan({"05": tasks["05"], "01": {**tasks["01"], "needs": ["05"]}}))
    desk.launch("05")
    desk.do("agent-05", "docs/ops.md", "text of 05\n")
    desk.end("agent-05", "DONE|05|did it")
    desk.launch("01")
    assert desk.bash("agent-01", "sed -i s/text/Text/ docs/*.md") == {}


def test_the_main_conversation_is_asked_once_as_before(desk: Desk) -> None:
    _desk(desk, is_repo=True)
    line = "sed -i s/text/Text/ docs/op*.md src/*"
    assert "This is said only once." in denial(desk.bash(None, line))
    assert desk.bash(None, line) == {}


def test_the_users_way_to_discard_it_still_works(desk: Desk) -> None:
    _desk(desk, is_repo=True)
    assert denial(desk.bash("agent-01", SWEEPS[0]))
    done = Project(desk.root).fanout("discard", "docs/ops.md")
    assert done.code == 0, done.err
    assert (desk.root / "docs/ops.md").read_text() == "text\n"

"""One commit a task, with exactly its own paths; real git."""

from __future__ import annotations

import multiprocessing
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hooks.desk import Desk
from project import FANOUT, Project
from run.plans import plan
from scale import WHOLE

from fanout.errors import FanoutError
from fanout.run.changes import git, objects
from fanout.run.commits import commit
from fanout.run.store.db import connect


@pytest.fixture
def repo(project: Project) -> Project:
    project.write({"mine.txt": "mine\n", "both.txt": "1\n2\n3\n4\n5\n", "gone.txt": "x\n", ".gitignore": "*.log\n"})
    project.commit_all()
    return project


def finished(project: Project, work: dict[str, dict[str, str | None]]) -> Desk:
    """A run whose tasks have each written their files."""
    desk = Desk(project.path)
    desk.start(plan({task: {"writes": list(files), "title": f"Title {task}"} for task, files in work.items()}, cap=99))
    for task, files in work.items():
        desk.launch(task)
        for path, content in files.items():
            assert desk.write(f"agent-{task}", path) == {}
            if content is None:
                (project.path / path).unlink()
            else:
                project.write({path: content})
        assert desk.end(f"agent-{task}", f"DONE|{task}|wrote {' '.join(files)}") == {}
    return desk


def test_exactly_the_tasks_own_paths(repo: Project) -> None:
    desk = finished(repo, {"01": {"a.py": "a\n", "gone.txt": None}, "02": {"b.py": "b\n"}})
    repo.write({"mine.txt": "changed by the user\n", "staged.txt": "staged\n"})
    repo.git("add", "staged.txt")
    made = commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("rev-parse", "HEAD").strip() == made
    assert repo.git("show", "--name-status", "--format=%s%n%b", "HEAD").split("\n")[0] == "Title 01"
    assert repo.git("diff", "--name-status", "HEAD~1", "HEAD") == "A\ta.py\nD\tgone.txt\n"
    assert repo.git("status", "--porcelain") == " M mine.txt\nA  staged.txt\n?? b.py\n"


@pytest.mark.parametrize("reads_modes", [True, False])
def test_where_every_file_may_be_executed_a_commit_has_the_modes_of_git(repo: Project, reads_modes: bool) -> None:
    """exFAT, or a disk of Windows in WSL: git sets core.fileMode=false there and adds plain files."""
    repo.write({"tool.sh": "echo\n"})
    (repo.path / "tool.sh").chmod(0o755)
    repo.commit_all()
    repo.git("config", "core.fileMode", str(reads_modes).lower())
    desk = Desk(repo.path)
    names = ["new.py", "mine.txt", "tool.sh"]
    desk.start(plan({"01": {"writes": names}}))
    desk.launch("01")
    for name in names:
        assert desk.write("agent-01", name) == {}
        repo.write({name: f"{name} now\n"})
        (repo.path / name).chmod(0o755)
    assert desk.end("agent-01", "DONE|01|done") == {}
    commit.task(desk.db, str(repo.path), desk.run, "01")
    modes = {line.split("\t")[1]: line.split()[0] for line in repo.git("ls-tree", "HEAD").splitlines()}
    plain = "100755" if reads_modes else "100644"
    assert [modes[name] for name in names] == [plain, plain, "100755"]
    assert repo.git("status", "--porcelain") == ""


def test_of_a_file_that_two_tasks_wrote_each_commit_has_its_own_state(repo: Project) -> None:
    one, both = "ONE\n2\n3\n4\n5\n", "ONE\n2\n3\n4\nFIVE\n"
    desk = finished(repo, {"01": {"both.txt": one}, "02": {}})
    desk2 = desk
    desk2.db.execute("UPDATE task SET state = 'pending' WHERE id = '02'")
    desk2.launch("02", agent="b")
    assert desk2.write("b", "both.txt", "Edit") == {}
    repo.write({"both.txt": both})
    desk2.end("b", "DONE|02|x")
    commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("show", "HEAD:both.txt") == one
    commit.task(desk.db, str(repo.path), desk.run, "02")
    assert repo.git("show", "HEAD:both.txt") == both
    assert repo.git("status", "--porcelain") == ""


def test_what_the_user_staged_of_the_same_path_stays_staged(repo: Project) -> None:
    desk = finished(repo, {"01": {"both.txt": "task\n"}})
    repo.write({"both.txt": "user\n"})
    repo.git("add", "both.txt")
    commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("show", ":both.txt") == "user\n" and repo.git("show", "HEAD:both.txt") == "task\n"


def test_ignored_files_and_nothing_at_all(repo: Project) -> None:
    desk = finished(repo, {"01": {"x.log": "noise\n"}})
    head = repo.git("rev-parse", "HEAD")
    assert commit.task(desk.db, str(repo.path), desk.run, "01") == ""
    assert repo.git("rev-parse", "HEAD") == head


def test_the_first_commit_of_a_repository_and_a_second_try(project: Project) -> None:
    project.git("init", "-q", "-b", "main")
    project.git("config", "user.email", "dev@example.org")
    project.git("config", "user.name", "Dev")
    desk = finished(project, {"01": {"a.py": "a\n"}})
    commit.task(desk.db, str(project.path), desk.run, "01")
    assert project.git("ls-files") == "a.py\n"
    with pytest.raises(FanoutError, match="committed already"):
        commit.task(desk.db, str(project.path), desk.run, "01")


def _commit(root: str, run: str, task: str) -> None:
    commit.task(connect(root), root, run, task)


@pytest.mark.slow
def test_many_at_the_same_time_lose_nothing(repo: Project) -> None:
    names = [f"{n:02}" for n in range(20 if WHOLE else 8)]
    desk = finished(repo, {name: {f"src/{name}.py": f"{name}\n"} for name in names})
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_commit, args=(str(repo.path), desk.run, name)) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    log = repo.git("log", "--name-only", "--format=@%s").split("@")[1:]
    made = sorted(tuple(line for line in entry.splitlines() if line) for entry in log if "Title" in entry)
    assert made == [(f"Title {name}", f"src/{name}.py") for name in names]
    assert repo.git("status", "--porcelain") == ""
    assert not (Path(repo.path) / ".git" / "index.lock").exists()


def test_a_commit_that_is_made_in_between_is_built_upon(repo: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that needs no index, made after HEAD was read and before it moves: both commits stand."""
    desk = finished(repo, {"01": {"a.py": "a\n"}})
    ask = git.attempt
    made: list[str] = []

    def attempt(root: str, *args: str, **more: Any) -> tuple[int, str, str]:
        if args[0] == "update-ref" and not made:
            made.append(repo.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "by the user").strip())
            repo.git("update-ref", "HEAD", made[0])
        return ask(root, *args, **more)

    monkeypatch.setattr(git, "attempt", attempt)
    commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("log", "--format=%s").split("\n")[:3] == ["Title 01", "by the user", "start"]
    assert repo.git("status", "--porcelain") == ""


def test_what_another_task_made_and_did_not_commit_stays_out(repo: Project) -> None:
    desk = Desk(repo.path)
    desk.start(plan({"01": {"writes": ["new.py"]}, "02": {"writes": ["new.py"], "needs": ["01"]}}))
    desk.launch("01")
    desk.do("agent-01", "new.py", "by 01\n")
    assert desk.end("agent-01", "DONE|01|new.py") == {}
    desk.launch("02")
    (repo.path / "new.py").write_text("by 01\nby 02\n")
    assert desk.end("agent-02", "DONE|02|new.py") == {}
    with pytest.raises(FanoutError, match="Task 01 changed it too and is not committed: commit that first"):
        commit.task(desk.db, str(repo.path), desk.run, "02")
    commit.task(desk.db, str(repo.path), desk.run, "01")
    commit.task(desk.db, str(repo.path), desk.run, "02")
    assert repo.git("log", "-p", "--format=", "-1", "--", "new.py").count("by 01") == 1, "as context"
    assert repo.git("show", "HEAD:new.py") == "by 01\nby 02\n"


def test_what_was_too_large_to_be_kept_is_left_to_the_user(repo: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write({"big.txt": "x" * 200})
    repo.git("add", "big.txt")
    repo.git("commit", "-q", "-m", "big")
    monkeypatch.setattr(objects, "LARGEST", 100)
    desk = finished(repo, {"01": {"big.txt": "y" * 50}})
    with pytest.raises(FanoutError, match=r"big\.txt was too large to be kept before\."):
        commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("show", "HEAD:big.txt") == "x" * 200


@pytest.mark.slow
def test_one_committer_at_a_time(repo: Project) -> None:
    """A second one waits until the first has given its turn back."""
    desk = finished(repo, {"01": {"a.py": "a\n"}})
    turn = commit.Turn(str(repo.path))
    assert turn.is_free()
    with turn:
        assert not commit.Turn(str(repo.path)).is_free()
        child = subprocess.Popen([str(FANOUT), "commit", f"{desk.run}/01"], cwd=repo.path, stdout=subprocess.PIPE)
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(3)
        assert repo.git("log", "--format=%s").split() == ["start"]
    assert child.wait() == 0 and repo.git("log", "--format=%s").startswith("Title 01")
    assert child.stdout and child.stdout.close() is None


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        (
            "Settle up: fewest transfers that clear all debts (`src/settle.js`, `test/settle.test.js`)",
            "Settle up: fewest transfers that clear all debts",
        ),
        ("Add search", "Add search"),
        (
            "Add lib/search.py with find(books, word): all books whose title or author contains the word, ignoring case",
            "Add lib/search.py with find(books, word)",
        ),
        (
            "Document size, date and dry run in docs/rules.md and put a line into Changes",
            "Document size, date and dry run in docs/rules.md and put a line ...",
        ),
        (
            "When all that is done: export the new functions in src/index.js and write docs/changes.md for 0.4",
            "Export the new functions in src/index.js and write docs/changes.md ...",
        ),
        ("Stop at the first error. " + "word " * 30, "Stop at the first error"),
        ("word " * 30, "word word word word word word word word word word word word word ..."),
        ("One: " + "word " * 30, "One: word word word word word word word word word word word word ..."),
    ],
)
def test_a_long_title_is_cut_for_the_subject_and_stands_below(title: str, subject: str) -> None:
    task = SimpleNamespace(title=title, id="01", run="demo-1", outcome="made it (not checked)")
    whole = " ".join(title.split())
    below = f"{whole}\n\n" if subject != whole else ""
    assert commit.message_of(task) == f"{subject}\n\n{below}made it\n\nTask: demo-1/01\n"  # type: ignore[arg-type]
    assert len(subject) <= 72


@pytest.mark.parametrize(
    ("said", "below"),
    [
        ("a test for it; not needed: src/b.py, tests/t.py", "a test for it"),
        ("Already right: src/b.py; a test for it", "a test for it"),
        ("in README.md. not needed: old.toml (not checked: by its word)", "in README.md"),
        ("not needed: src/b.py", ""),
        ("says what is not needed", "says what is not needed"),
    ],
)
def test_what_the_brief_makes_an_agent_say_of_untouched_files_is_no_message(said: str, below: str) -> None:
    task = SimpleNamespace(title="It", id="01", run="demo-1", outcome=said)
    words = f"{below}\n\n" if below else ""
    assert commit.message_of(task) == f"It\n\n{words}Task: demo-1/01\n"  # type: ignore[arg-type]


WIP = "1\n2\n3\n4\n5\n\n# not finished\ncolours = 6\n"


@pytest.mark.parametrize("again", ["", "\n# not finished\ncolours = 6\n"], ids=["gone", "put back by the user"])
def test_work_that_dropped_the_users_lines_is_committed_without_them(repo: Project, again: str) -> None:
    """Both changed the lines beside each other: no way back through a merge, but what the task made has none of theirs."""
    repo.write({"both.txt": WIP})
    desk = finished(repo, {"01": {"both.txt": "1\n2\n3\n4\nfive\nsix\n"}})
    repo.write({"both.txt": "1\n2\n3\n4\nfive\nsix\n" + again})
    commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("show", "HEAD:both.txt") == "1\n2\n3\n4\nfive\nsix\n"
    assert (repo.path / "both.txt").read_text().endswith(again or "six\n")
    assert repo.git("status", "--porcelain") == (" M both.txt\n" if again else "")


@pytest.mark.parametrize(
    "left", ["1\n2\n3\n4\nfive\n\ncolours = 6\n", "1\n2\n3\n4\nfive\n\n# not finished\ncolours = red\n"]
)
def test_what_is_built_on_the_users_lines_is_refused_as_before(repo: Project, left: str) -> None:
    repo.write({"both.txt": WIP})
    desk = finished(repo, {"01": {"both.txt": left}})
    with pytest.raises(FanoutError, match="an uncommitted change that was there before"):
        commit.task(desk.db, str(repo.path), desk.run, "01")


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_a_file_that_is_not_checked_out_was_not_deleted_by_the_user(repo: Project, is_looked_at: bool) -> None:
    repo.write({"src/a.py": "a\n", "big/x.py": "x\n", "big/y.py": "y\n"})
    repo.commit_all()
    repo.git("sparse-checkout", "set", "--cone", "src")
    assert not (repo.path / "big").exists()
    desk = finished(repo, {"01": {"src/a.py": "mine\n", "big/x.py": "mine\n"}})
    if is_looked_at:  # which makes git forget that it was left out
        repo.git("status", "--porcelain")
    assert commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("diff", "--name-status", "HEAD~1", "HEAD") == "M\tbig/x.py\nM\tsrc/a.py\n"
    assert repo.git("show", "HEAD:big/x.py") == "mine\n" and repo.git("show", "HEAD:big/y.py") == "y\n"

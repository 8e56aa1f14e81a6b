"""git is asked as it would answer a shell, and where its answer is plain from its files it is the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fanout.shell import analyse
from fanout.shell.effects import GitEffect
from fanout.shell.git import child, gitrepo
from fanout.shell.git.gitrepo import GitRepo

PYTHON = sys.executable


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("print('a')", (0, b"a\n")),
        ("import sys; print('a'); sys.exit(3)", (3, b"a\n")),
        ("import sys; sys.stderr.write('no')", (0, b"")),
        ("import sys; print(repr(sys.stdin.read()))", (0, b"''\n")),
        ("print('x' * 1_000_000, end='')", (0, b"x" * 1_000_000)),
        ("import os; print(os.environ['LC_ALL'], len(os.environ))", (0, b"C 1\n")),
        ("import os; os.kill(os.getpid(), 9)", (-9, b"")),
    ],
)
def test_a_child_answers(code: str, answer: tuple[int, bytes]) -> None:
    assert child.answer([PYTHON, "-I", "-S", "-c", code], {"LC_ALL": "C"}, 60) == answer


def test_a_child_that_takes_too_long_is_ended_and_answers_nothing(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); print('a', flush=True); time.sleep(600)"
    assert child.answer([PYTHON, "-I", "-S", "-c", code], {}, 2) is None
    if pid.exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)


@pytest.mark.parametrize("command", [["no-such-program"], ["/etc/passwd"], ["a\0b"]])
def test_a_program_that_is_none_answers_nothing(command: list[str]) -> None:
    found = child.answer(command, {"PATH": os.environ["PATH"]}, 60)
    assert found is None or found[0] == 127


def git(folder: Path, *words: str) -> None:
    name = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """Repositories of many kinds, and folders in them."""
    for name in ("usual", "moved", "included", "newer", "bare-by-name"):
        (tmp_path / name / "in" / "deep").mkdir(parents=True)
        git(tmp_path / name, "init", "-q")
        git(tmp_path / name, "commit", "-q", "--allow-empty", "-m", "x")
    git(tmp_path / "usual", "worktree", "add", "-q", str(tmp_path / "linked"))
    git(tmp_path / "moved", "config", "core.worktree", str(tmp_path / "usual"))
    (tmp_path / "more").write_text(f"[core]\nworktree = {tmp_path / 'usual'}\n")
    git(tmp_path / "included", "config", "include.path", str(tmp_path / "more"))
    git(tmp_path / "newer", "config", "extensions.worktreeConfig", "true")
    git(tmp_path / "newer", "config", "--worktree", "core.worktree", str(tmp_path / "usual"))
    git(tmp_path / "bare-by-name", "config", "core.bare", "true")
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    (tmp_path / "no" / ".git").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "usual" / "in")
    (tmp_path / "usual" / "nested").mkdir()
    git(tmp_path / "usual" / "nested", "init", "-q")
    return tmp_path


@pytest.mark.parametrize(
    ("place", "is_usual"),
    [
        ("usual", True),
        ("usual/in/deep", True),
        ("link", True),
        ("link/deep", True),
        ("usual/nested", True),
        ("linked", False),
        ("moved", False),
        ("included", False),
        ("newer", False),
        ("bare-by-name", False),
        ("bare.git", False),
        ("no", False),
        ("gone", False),
        (".", False),
    ],
)
def test_the_top_of_a_work_tree_is_as_git_says(places: Path, place: str, is_usual: bool) -> None:
    effect = GitEffect("add", ["x"], str(places / place))
    said = GitRepo().ask(effect, ["rev-parse", "--show-toplevel"])
    assert bool(gitrepo._usual_top(effect.cwd)) == is_usual
    assert GitRepo().top(effect) == (said.rstrip("\n") if said is not None else None)
    assert is_usual <= (said is not None)


def test_options_and_variables_that_lead_elsewhere_are_asked_of_git(places: Path) -> None:
    other = str(places / "linked")
    for options, env in ((["-C", other], {}), ([], {"GIT_DIR": f"{other}/.git", "GIT_WORK_TREE": other})):
        effect = GitEffect("add", ["x"], str(places / "usual"))
        effect.options, effect.env = options, env
        assert GitRepo().top(effect) == other


# Lines whose judgement asks the repository: none of the programs that they give to git may start before they may run.
PROGRAMS = """
git -c diff.external=X diff --ext-diff
git -c DIFF.External=X log -p --ext-diff
git -c diff.external=X show --ext-diff
git -c diff.external=X whatchanged -p --ext-diff
git -c diff.external=X format-patch --stdout --ext-diff -1 --root
git -c diff.conv.textconv=X diff --textconv
git -c diff.conv.command=X diff --ext-diff
git -c diff.conv.textconv=X blame a.txt
git -c diff.conv.textconv=X cat-file --textconv HEAD:a.txt
git -c diff.conv.textconv=X grep --textconv x
git -c filter.f.smudge=X cat-file --filters HEAD:a.txt
git -c filter.f.clean=X diff
git -c filter.f.clean=X status
git -c filter.f.process=X status
git -c include.path=SETTINGS status
git -c includeIf.gitdir:/.path=SETTINGS status
git --config-env=filter.f.clean=PROGRAM status
git -c core.fsmonitor=X status
git -c core.pager=X -p log
git -c pager.log=X --paginate log
git grep --open-files-in-pager=X x
git grep -OX x
git grep --open=X x
git grep -lOX x
"""
JUDGED_BY_STATES = "git -c filter.f.clean=X checkout ."


@pytest.mark.skipif(os.name == "nt", reason="the program is a script")
def test_no_program_of_the_lines_starts_before_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, program = tmp_path / "r", tmp_path / "x"
    root.mkdir()
    program.write_text("#!/bin/sh\ntouch ../started\ncat\n")
    program.chmod(0o755)
    (tmp_path / "settings").write_text(f'[filter "f"]\nclean = {program}\n')
    git(root, "init", "-q")
    (root / "a.txt").write_text("x\n")
    (root / ".gitattributes").write_text("*.txt diff=conv filter=f\n")
    git(root, "add", ".")
    git(root, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "one")
    monkeypatch.setenv("PROGRAM", str(program))
    for line in PROGRAMS.strip().splitlines():
        (root / "a.txt").write_text(f"{line}\n")  # git looks into it again
        asked = line.replace("SETTINGS", str(tmp_path / "settings")).replace("X", str(program))
        analyse(f'found=$({asked}); rm -f "$found"', str(root), repo=GitRepo())
        assert not (tmp_path / "started").exists(), line
    effect = analyse(JUDGED_BY_STATES.replace("X", str(program)), str(root)).git[0]
    assert GitRepo().states(effect, [":/"]) is None and not (tmp_path / "started").exists()


def test_settings_that_start_nothing_are_asked_with(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.txt").write_text("x\n")
    (tmp_path / "ignored").write_text("a.txt\n")
    for options, is_ignored in (
        (f"-c core.excludesFile={tmp_path / 'ignored'}", True),
        ("-c core.pager=cat -c diff.external= -c filter.f.required=false", False),
        ("-c credential.helper=x --no-pager", False),
    ):
        effect = analyse(f"git {options} clean -fd", str(tmp_path)).git[0]
        states = GitRepo().states(effect, [":/"])
        assert states is not None and states["a.txt"].ignored == is_ignored, options
    effect = analyse("git -c core.hooksPath=/h -c core.pager=p commit", str(tmp_path)).git[0]
    assert GitRepo().setting(effect, "core.hooksPath", hooks=True) == "/h"


NOT_ASKED = """
git ls-remote origin
git help -a
git instaweb --httpd=x
git gui
git bugreport
git diagnose
git verify-commit HEAD
git fsck
git grep -O x
git clean -f
git stash
git format-patch HEAD~1
git diff --output=f
"""


@pytest.mark.parametrize("line", NOT_ASKED.strip().splitlines())
def test_no_question_goes_to_the_network_opens_a_program_or_writes(tmp_path: Path, line: str) -> None:
    """What such a command prints is not known before it runs."""
    git(tmp_path, "init", "-q")
    asked: list[list[str]] = []

    class Asking(GitRepo):
        def ask(self, effect: GitEffect, args: list[str], *more: Any, **named: Any) -> str | None:
            asked.append(args)
            return super().ask(effect, args, *more, **named)

    analyse(f'rm -f "$({line})"', str(tmp_path), repo=Asking())
    assert [args for args in asked if args[0] == line.split()[1]] == []
    analyse('rm -f "$(git ls-files)"', str(tmp_path), repo=Asking())
    assert asked, "others are asked"

"""Lines that zsh reads in its own way, by the truth: zsh runs them, and what changed must have been named or unknown."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from shell import lines

from fanout.shell import analyse, zsh

FILES = ("a.txt", "b.txt", "src/x.log", "src/y.log")


def made(folder: Path) -> Path:
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x\n")
    return folder


def state(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
@pytest.mark.parametrize("line", lines.table("zsh"))
def test_what_zsh_does_was_named_or_not_known(line: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "work")
    effects = zsh.analyse(line, str(folder), home=str(tmp_path))
    before = state(folder)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    subprocess.run(["zsh", "-f", "-c", line], cwd=folder, env=env, capture_output=True, timeout=30, check=False)
    after = state(folder)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert effects.unknown or changed <= set(effects.paths(str(folder))), (changed, effects.writes)


CERTAIN = {
    "echo x >! a.txt": ["a.txt"],
    "echo x >>! a.txt": ["a.txt"],
    "echo x >&! a.txt": ["a.txt"],
    "echo '>! b.txt' > a.txt": ["a.txt"],
    "noglob rm a.txt": ["a.txt"],
    "cp a.txt c.txt && rm b.txt": ["b.txt", "c.txt"],
    "sed -i s/x/y/ a.txt": ["a.txt"],
    "rm {a,b}.txt": ["a.txt", "b.txt"],
    "cat a.txt | tee c.txt": ["c.txt"],
    "grep -n 'x(1)' a.txt": [],
    "git status && npm --version": [],
    "ls src/*.log": [],
    "echo $HOME": [],
    "echo '{a,b}' > c.txt": ["c.txt"],
    'echo "x" > "c{1}.txt"': ["c{1}.txt"],
    "sed s/[x]/y/ a.txt > c.txt 2>&1": ["c.txt"],
    "ls *.txt > c.txt; cat src/*.log >> c.txt": ["c.txt"],
    "echo x > ${PWD}/c.txt; cat {a,b}.txt": ["c.txt"],
    "cd src 2>/dev/null && rm x.log": ["src/x.log"],
    "cd src # there\nrm x.log": ["src/x.log"],
    "alias ll='ls -l'; rm a.txt": ["a.txt"],
    "python3 -c 'print(1)'": [],
}


@pytest.mark.parametrize("line", CERTAIN)
def test_usual_lines_stay_certain(line: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "work")
    effects = zsh.analyse(line, str(folder), home=str(tmp_path))
    assert (effects.paths(str(folder)), effects.unknown) == (CERTAIN[line], False), effects.reasons


def test_bash_reads_the_same_mark_as_a_files_name(tmp_path: Path) -> None:
    assert analyse("echo x >! a.txt", str(tmp_path)).paths(str(tmp_path)) == ["!"]

"""Acceptance commands run in the shell that agents type into."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fanout.run.evidence import command

SECONDS = 20.0


@pytest.mark.parametrize(
    ("line", "code", "output"),
    [
        ("false &> out.log", 1, b""),  # to dash: a command in the background, and success
        ("true &> out.log", 0, b""),
        ("set -o pipefail; false | true", 1, b""),
        ("false | true", 0, b""),
        ("[[ abc == a* ]]", 0, b""),
        ("[[ abc == b* ]]", 1, b""),
        ("cat <(echo hi)", 0, b"hi\n"),
        ("echo src/{a,b}.py", 0, b"src/a.py src/b.py\n"),
        ("source ./made.sh && echo $MADE", 0, b"yes\n"),
        ("cat <<< text", 0, b"text\n"),
        ("[ a = a ] && echo plain", 0, b"plain\n"),
    ],
)
def test_a_line_means_what_it_means_to_an_agent(line: str, code: int, output: bytes, tmp_path: Path) -> None:
    (tmp_path / "made.sh").write_text("MADE=yes\n")
    assert command.run(line, str(tmp_path), SECONDS) == (code, output)


def test_where_there_is_no_bash_sh_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "cat"):
        path = next(p for folder in [*os.defpath.split(":"), "/bin"] if (p := Path(folder or ".") / name).exists())
        (tools / name).symlink_to(path)
    (tools / "bash").write_text("not executable")
    monkeypatch.setenv("PATH", str(tools))
    assert command.shell() == "sh"
    assert command.run("[ a = a ] && echo plain", str(tmp_path), SECONDS) == (0, b"plain\n")

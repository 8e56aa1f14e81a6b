"""fanout overlap: a witness or "disjoint", and answers line by line."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest
from project import FANOUT, Project
from scale import SCALE

from fanout.run.store import case_folding


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["src/**", "src/app.ts"], "src/app.ts"),
        (["src/*.ts", "src/x/*.ts"], "disjoint"),
        (["SRC/A.ts", "src/a.ts"], "disjoint"),
        (["SRC/A.ts", "src/a.ts", "--case-insensitive"], "SRC/A.ts"),
        (["app/\\[id\\]/**", "app/[id]/page.tsx"], "disjoint"),
    ],
)
def test_two_patterns(project: Project, arguments: list[str], out: str) -> None:
    if case_folding.is_on(str(project.path)) and arguments == ["SRC/A.ts", "src/a.ts"]:
        out = "SRC/A.ts"
    ran = project.fanout("overlap", *arguments)
    assert (ran.code, ran.out, ran.err) == (0, f"{out}\n", "")


def test_two_patterns_as_json(project: Project) -> None:
    ran = project.fanout("overlap", "--json", "a/", "a/b")
    assert json.loads(ran.out) == {"overlap": True, "witness": "a/b", "error": None}


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["a"], 2, "name two patterns"),
        ([], 2, "name two patterns"),
        (["a", "b", "c"], 2, "name two patterns"),
        (["-"], 2, "name two patterns"),
        (["../a", "b"], 1, "error: a: the pattern '../a' can't be used: it leads out of the project."),
        (["a", "!b"], 1, "error: b: the pattern '!b' can't be used"),
    ],
)
def test_what_can_not_be_decided(project: Project, arguments: list[str], code: int, error: str) -> None:
    ran = project.fanout("overlap", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert error in ran.err and "Traceback" not in ran.err


def test_a_stream_has_an_answer_for_every_line(project: Project) -> None:
    lines = [
        '{"a": "src/**", "b": "src/x.ts"}',
        '{"a": "A", "b": "a"}',
        '{"a": "A", "b": "a", "case_insensitive": true}',
        "{broken",
        "",
        "[1]",
        '{"a": "x"}',
        '{"a": "../x", "b": "x"}',
        '{"a": "x", "b": "x", "case_insensitive": "yes"}',
        "[" * 100_000,
        f'{{"a": "{project.path}/src/x", "b": "src/x"}}',
        '{"a": "\\ud800", "b": "x"}',
        '{"a": "ä.md", "b": "*.md"}',
    ]
    ran = project.fanout("overlap", "--json", "-", input="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, ran.err, len(answers)) == (0, "", len(lines))
    assert [(answer["overlap"], answer["witness"]) for answer in answers] == [
        (True, "src/x.ts"),
        (False, None),
        (True, "A"),
        *[(None, None)] * 7,
        (True, "src/x"),
        (None, None),
        (True, "ä.md"),
    ]
    assert [bool(answer["error"]) for answer in answers] == [answer["overlap"] is None for answer in answers]
    assert answers[3]["error"].startswith("the line is not JSON: ")
    assert answers[4]["error"] == "the line is empty."


def test_bytes_that_are_no_text_are_the_line_s_own_error(project: Project) -> None:
    ran = subprocess.run(
        [str(FANOUT), "overlap", "--json", "-"],
        cwd=project.path,
        input=b'\xff\xfe\n{"a": "x", "b": "x"}',
        capture_output=True,
        check=True,
    )
    first, second = (json.loads(line) for line in ran.stdout.splitlines())
    assert first["error"] == "the line is not UTF-8 text (byte 1)."
    assert second["overlap"] is True


def test_an_answer_comes_before_the_next_question(project: Project) -> None:
    with subprocess.Popen(
        [str(FANOUT), "overlap", "--json", "-"],
        cwd=project.path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        for name in ("x", "y"):
            process.stdin.write(f'{{"a": "{name}", "b": "{name}"}}\n')
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["witness"] == name
        process.stdin.close()
        assert process.wait() == 0


def test_a_hundred_thousand_lines_are_quick(project: Project) -> None:
    size = int(20_000 * min(5, SCALE))
    lines = [f'{{"a": "src/{n % 97}/**", "b": "src/*/file{n % 89}.{{ts,tsx}}"}}' for n in range(size)]
    began = time.perf_counter()
    ran = project.fanout("overlap", "--json", "-", input="\n".join(lines))
    assert ran.code == 0 and ran.out.count('"overlap": true') == size
    assert time.perf_counter() - began < 20 * size / 20_000


def test_case_is_as_the_projects_file_system_has_it(folding: Path) -> None:
    project = Project(folding / "Project")
    project.path.mkdir()
    ran = [project.fanout("overlap", "SRC/A.ts", "src/a.ts", *option).out for option in ([], ["--case-sensitive"])]
    assert ran == ["SRC/A.ts\n", "disjoint\n"]

"""What can't be planned: one clear error, exit code 1, and nothing is made on the disk."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from project import Project

from fanout.errors import FanoutError
from fanout.source.resolve import resolve


def tasks(*made: dict[str, Any], **document: Any) -> str:
    return json.dumps({"schema_version": 1, "tasks": list(made), **document})


def subtask(number: int, **fields: Any) -> str:
    made = {"id": f"shop-{number:02}", "seq": f"{number:02}", "title": f"Part {number}", "status": "pending"}
    return json.dumps({**made, "depends_on": [], "parallel": True, "deliverables": [f"src/{number}.ts"], **fields})


def feature(*subtasks: str, task: str = '{"id": "shop", "name": "Shop", "subtask_count": 2}') -> dict[str, str]:
    folder = ".tmp/tasks/shop"
    return {f"{folder}/task.json": task, **{f"{folder}/subtask_{n:02}.json": t for n, t in enumerate(subtasks, 1)}}


NATIVE: dict[str, tuple[str, list[str]]] = {
    "cycle": (
        tasks({"id": "a", "depends_on": ["c"]}, {"id": "b", "depends_on": ["a"]}, {"id": "c", "depends_on": ["b"]}),
        [
            "tasks.json:1 task a depends_on: the dependencies go round in a circle (found a -> c -> b -> a).",
            "Remove one",
        ],
    ),
    "two cycles apart": (
        tasks(
            *({"id": "a", "depends_on": ["b"]}, {"id": "b", "depends_on": ["a"]}),
            *({"id": "x", "depends_on": ["y", "a"]}, {"id": "y", "depends_on": ["x"]}),
        ),
        [
            "tasks.json:1 task a depends_on: the dependencies go round in a circle (found a -> b -> a).",
            "tasks.json:1 task x depends_on: the dependencies go round in a circle (found x -> y -> x).",
        ],
    ),
    "cycles through one dependency": (
        tasks(
            *({"id": "a", "depends_on": ["b"]}, {"id": "b", "depends_on": ["c", "d"]}),
            *({"id": "c", "depends_on": ["a"]}, {"id": "d", "depends_on": ["a"]}),
        ),
        [
            "tasks.json:1 task a depends_on: the dependencies go round in a circle (found a -> b -> c -> a).",
            "tasks.json:1 task d depends_on: the dependencies go round in a circle (found d -> a -> b -> d).",
            'Remove one of these dependencies. Without "b" in depends_on of a no circle is left here.',
        ],
    ),
    "a wheel of cycles": (
        tasks(
            {"id": "hub", "depends_on": ["a", "b", "c", "d", "e"]},
            *({"id": name, "depends_on": ["hub"]} for name in "abcde"),
        ),
        ["(found hub -> a -> hub)", "(found c -> hub -> c). Remove one", "In circles with them: d and e."],
    ),
    "unknown dependency": (
        tasks({"id": "build"}, {"id": "test", "depends_on": ["biuld"]}),
        ["tasks.json:1 task test depends_on: there is no such task (found 'biuld'). Did you mean 'build'?"],
    ),
    "own dependency": (
        tasks({"id": "a", "depends_on": ["a"]}),
        ["tasks.json:1 task a depends_on: a task can't name itself (found 'a'). Remove it."],
    ),
    "duplicate id": (
        tasks({"id": "a"}, {"id": "a"}),
        ["tasks.json:1 task a id: the id is not unique (found 2 times). Give each task its own id."],
    ),
    "pattern out of the project": (
        tasks({"id": "a", "writes": ["../other/**"]}),
        [
            "tasks.json:1 task a writes: the pattern '../other/**' can't be used: it leads out of the project.",
            "relative",
        ],
    ),
    "pattern that nothing matches": (
        tasks({"id": "a", "reads": ["src/[z-a]"]}),
        ["tasks.json:1 task a reads: no path can match 'src/[z-a]'. Write one that can exist."],
    ),
    "negated pattern": (
        tasks({"id": "a", "writes": ["!src"]}),
        ["it starts with !, and a claim can't leave something"],
    ),
    "empty list": (tasks(), ["tasks.json tasks: there is nothing to plan (found an empty list). Add a task"]),
    "empty file": ("", ["tasks.json is empty. Write a task list into it"]),
    "broken JSON": (
        '{\n  "schema_version": 1,\n  "tasks": [\n    {"id": "a"}\n    {"id": "b"}\n  ]\n}',
        [
            "tasks.json:5:5: not valid JSON: expecting ',' delimiter (found",
            "A comma is missing: write it at the end of line 4, column 16.",
        ],
    ),
    "cut off": ('{"schema_version": 1, "tasks": [{"id": "a"', ["tasks.json:1:43: not valid JSON"]),
    "merge conflict": (
        '{\n<<<<<<< HEAD\n"tasks": []\n=======\n>>>>>>> other\n}',
        ["tasks.json:2:1: an unresolved merge conflict"],
    ),
    "id of a wrong type": (
        tasks({"id": 7}),
        ['tasks.json task #1 id: this must be a text (found 7). Write "7".'],
    ),
    "id that can't be used": (tasks({"id": "a b"}), ["tasks.json task a b id: an id is 1 to 100 letters, digits or"]),
    "list of a wrong type": (
        tasks({"id": "a", "writes": "src/a.ts"}),
        ["tasks.json task a writes: this must be a list (found 'src/a.ts'). Write [\"src/a.ts\"]."],
    ),
    "number of a wrong type": (
        tasks({"id": "a", "estimate_minutes": "ten"}),
        ["tasks.json task a estimate_minutes: this must be a number (found 'ten'). Write the number alone"],
    ),
    "negative minutes": (
        tasks({"id": "a", "estimate_minutes": -1}),
        ["tasks.json task a estimate_minutes: this must be at least 0 (found -1). Write 0 or more."],
    ),
    "id missing": (tasks({"title": "x"}), ['tasks.json task #1 id: this field is required (found nothing). Add "id".']),
    "unknown field": (
        tasks({"id": "a", "dependson": []}),
        ["tasks.json task a dependson: no such field (found list).", 'Did you mean "depends_on"?'],
    ),
    "policy that does not exist": (
        tasks({"id": "a"}, policy={"on_failure": "panic"}),
        ["tasks.json policy.on_failure: this must be 'best-effort', 'fail-fast', 'gate' or 'retry' (found 'panic')."],
    ),
    "no agent at all": (
        tasks({"id": "a"}, max_parallel=0),
        ["tasks.json max_parallel: this must be at least 1 (found 0). Write 1 or more."],
    ),
    "newer schema": (
        '{"schema_version": 2, "tasks": [{"id": "a"}]}',
        ["tasks.json schema_version: this must be 1 (found 2). Write 1; for a list of a later version update"],
    ),
    "no object": ("[1, 2]", ["tasks.json: the document must be a JSON object (found list). Write"]),
    "deep": (
        '{"schema_version": 1, "x-a": ' + "[" * 100_000,
        ["tasks.json: the JSON is nested too deeply. Flatten it."],
    ),
    "several at once": (
        tasks({"id": "a", "depends_on": ["x"]}, {"id": "b", "writes": ["C:/b"]}),
        ["task a depends_on: there is no such task (found 'x')", "task b writes: the pattern 'C:/b' can't be used"],
    ),
}
FEATURES: dict[str, tuple[dict[str, str], list[str]]] = {
    "cycle": (
        feature(subtask(1, depends_on=["02"]), subtask(2, depends_on=["01"])),
        ["subtask_01.json:1 task 01 depends_on: the dependencies go round in a circle (found 01 -> 02 -> 01)."],
    ),
    "unknown dependency": (
        feature(subtask(1), subtask(2, depends_on=["07"])),
        ["subtask_02.json:1 task 02 depends_on: there is no such task (found '07')."],
    ),
    "own dependency": (
        feature(subtask(1, depends_on=["01"])),
        ["subtask_01.json:1 task 01 depends_on: a task can't name itself (found '01')."],
    ),
    "duplicate id": (feature(subtask(1), subtask(1)), ["task 01 id: the id is not unique (found 2 times)."]),
    "empty list": (feature(), ["there is nothing to plan (found an empty list)."]),
    "broken JSON": (
        feature(subtask(1), '{\n "seq": "02",\n "title": \n}'),
        [".tmp/tasks/shop/subtask_02.json:4:1: not valid JSON: expecting value"],
    ),
    "broken task.json": (feature(subtask(1), task="{"), [".tmp/tasks/shop/task.json:1:2: not valid JSON"]),
    "wrong types": (
        feature(subtask(1, depends_on={"a": 1}, parallel="perhaps")),
        [
            "subtask_01.json depends_on: this must be a list of texts",
            "subtask_01.json parallel: this must be true or false",
        ],
    ),
}


def refused(project: Project, source: str, lines: list[str], *more: str, command: str = "start") -> None:
    """Exit code 1, only error lines, no output, and nothing new on the disk."""
    before = sorted(path.relative_to(project.path) for path in project.path.rglob("*"))
    ran = project.fanout(command, source, *more)
    assert (ran.code, ran.out) == (1, ""), ran
    for line in lines:
        assert line in ran.err
    assert all(line.startswith("error: ") for line in ran.err.splitlines())
    assert "Traceback" not in ran.err and "a defect" not in ran.err
    assert sorted(path.relative_to(project.path) for path in project.path.rglob("*")) == before


@pytest.mark.parametrize("command", ["plan", "check", "advise", "start"])
@pytest.mark.parametrize("name", ["cycle", "broken JSON"])
def test_every_command_says_the_same(project: Project, command: str, name: str) -> None:
    text, lines = NATIVE[name]
    project.write({"tasks.json": text})
    refused(project, "tasks.json", lines, command=command)


@pytest.mark.parametrize(("text", "lines"), NATIVE.values(), ids=NATIVE)
def test_native_documents(project: Project, text: str, lines: list[str]) -> None:
    project.write({"tasks.json": text})
    refused(project, "tasks.json", lines)


@pytest.mark.parametrize(("files", "lines"), FEATURES.values(), ids=FEATURES)
def test_features(project: Project, files: dict[str, str], lines: list[str]) -> None:
    project.write(dict(files))
    refused(project, "shop", lines)


def test_a_feature_that_is_not_there_lists_those_that_are(project: Project) -> None:
    project.write(dict(feature(subtask(1))))
    project.write({"specs/reading/tasks.json": "{}", "specs/other/notes.md": "x"})
    refused(project, "shoop", ["no file, folder or feature 'shoop'.", "Did you mean 'shop'?", "here: shop, reading."])


def test_a_feature_in_a_project_without_any(project: Project) -> None:
    refused(project, "shop", ["there is no file, folder or feature 'shop'.", "Name a task file or folder, or '-'"])


@pytest.mark.parametrize(
    ("format_", "line"),
    [("natve", "there is no format 'natve'. Formats: native, openagentscontrol,"), ("spec-kit", "has no task")],
)
def test_a_wrong_format(project: Project, format_: str, line: str) -> None:
    project.write({"tasks.json": tasks({"id": "a"})})
    refused(project, "tasks.json", [line], "--format", format_)


def test_no_text(project: Project) -> None:
    (project.path / "tasks.json").write_bytes(b'{"tasks": [\n{"id": "\xff"}]}')
    refused(project, "tasks.json", ["tasks.json:2:9: not UTF-8 text. Save the file as UTF-8."])


def test_a_folder_without_a_task_list(project: Project) -> None:
    project.write({"docs/notes.txt": "nothing to do"})
    refused(
        project,
        "docs",
        [
            "is in no format known here. Have an agent make a list of it",
            "By hand each task is a line of its own",
        ],
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan"],
        ["plan", "a", "b"],
        ["plan", "x", "--effort", "most"],
        ["plan", "x", "--max-parallel", "0"],
        ["plam", "x"],
    ],
)
def test_a_wrong_call_is_usage(project: Project, arguments: list[str]) -> None:
    ran = project.fanout(*arguments)
    assert ran.code == 2 and ran.out == "" and "Traceback" not in ran.err


def test_our_own_failure_says_so_and_exits_with_3(project: Project) -> None:
    """The planner's environment can't be made: nothing that a source could cause."""
    project.write({"tasks.json": tasks({"id": "a"})})
    ran = project.fanout("start", "tasks.json", env={"FANOUT_CACHE_DIR": "/dev/null/none"})
    assert ran.code == 3 and ran.out == "" and "Traceback" not in ran.err
    assert not (project.path / ".fanout").exists()


def test_errors_as_data(project: Project) -> None:
    project.write({"tasks.json": tasks({"id": "a", "depends_on": ["b"]})})
    ran = project.fanout("check", "tasks.json", "--json")
    assert ran.code == 1
    assert ran.data["errors"] == [
        {
            "record": "tasks.json:1 task a",
            "field": "depends_on",
            "found": "'b'",
            "message": "there is no such task",
            "fix": "Add the task or remove the reference.",
        }
    ]


def test_a_document_of_many_megabytes_is_refused_by_its_first_problems(project: Project) -> None:
    project.write(
        {
            "tasks.json": tasks(
                *({"id": f"t{i}", "description": "x" * 1_000, "depends_on": ["nobody"]} for i in range(5_000))
            )
        }
    )
    ran = project.fanout("plan", "tasks.json")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 51
    assert "4950 more problems. Fix these first." in ran.err


@pytest.fixture
def locked() -> Iterator[Path]:
    """A folder and a file that this process may not read."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        place.chmod(0o755)
        (place / "folder").mkdir(mode=0o000)
        (place / "tasks.json").write_text("{}")
        (place / "tasks.json").chmod(0o000)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield place
        finally:
            if user == 0:
                os.seteuid(0)
            (place / "folder").chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize("name", ["folder", "tasks.json"])
def test_what_may_not_be_read(locked: Path, name: str) -> None:
    with pytest.raises(FanoutError) as error:
        resolve(str(locked / name), str(locked))
    assert error.value.message == f"{locked / name} can't be read: Permission denied."
    assert error.value.fix == "Check its permissions."

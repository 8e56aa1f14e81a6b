"""The archives: the same bytes each time, accepted by the hosts' rules, and a planner that needs nothing installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from project import CHECKOUT
from skills_ref import validate

from dev import skill_zip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    for skill in skill_zip.PORTABLE:
        skill_zip.build(skill, target)
    return target


@pytest.fixture(scope="module")
def unpacked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("unpacked")
    for archive in built.glob("*.zip"):
        with zipfile.ZipFile(archive) as file:
            file.extractall(target)
    return target


def old_python() -> str:
    """A Python 3.10 that really runs, else the oldest there is: 3.10 is the promise."""
    for name in ("python3.10", "python3.11"):
        found = shutil.which(name)
        if found:
            done = subprocess.run([found, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True)
            if not done.returncode:
                return done.stdout.strip()
        for place in sorted(Path.home().glob(f".pyenv/versions/{name.removeprefix('python')}.*/bin/{name}")):
            return str(place)
    return sys.executable


def plan(folder: Path, cwd: Path, *args: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """plan_tasks.py in an empty environment, with nothing of the caller's in reach."""
    script = folder / "parallel-execution" / "scripts" / "plan_tasks.py"
    return subprocess.run(
        [old_python(), "-I", str(script), *args], input=given, capture_output=True, text=True, env={}, cwd=cwd
    )


def test_the_page_names_each_archive_and_builds_it_with_its_own_command(built: Path, tmp_path: Path) -> None:
    page = (CHECKOUT / "docs" / "claude-ai.md").read_text()
    assert sorted(re.findall(r"^\| `([\w-]+)\.zip`", page, re.MULTILINE)) == sorted(skill_zip.PORTABLE)
    found = re.search(r"```sh\npython3 (scripts/\S+) dist\n```", page)
    assert found and "Upload a skill" in page
    line = [sys.executable, "-I", "-S", found[1], str(tmp_path)]  # nothing installed is in reach
    done = subprocess.run(line, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for skill in skill_zip.PORTABLE:
        assert (tmp_path / f"{skill}.zip").read_bytes() == (built / f"{skill}.zip").read_bytes()


def test_the_readme_leads_to_the_page() -> None:
    assert "](docs/claude-ai.md)" in (CHECKOUT / "README.md").read_text()


@pytest.mark.parametrize("skill", skill_zip.PORTABLE)
def test_the_same_files_give_the_same_bytes(built: Path, tmp_path: Path, skill: str) -> None:
    again = subprocess.run(
        [sys.executable, str(CHECKOUT / "scripts/dev/skill_zip.py"), str(tmp_path)],
        env={"TZ": "Asia/Tokyo", "PATH": os.environ["PATH"], "PYTHONHASHSEED": "7"},
        umask=0o077,
        capture_output=True,
        text=True,
    )
    assert again.returncode == 0, again.stderr
    assert (tmp_path / f"{skill}.zip").read_bytes() == (built / f"{skill}.zip").read_bytes()


@pytest.mark.parametrize("skill", skill_zip.PORTABLE)
def test_its_folder_stands_at_the_top(built: Path, skill: str) -> None:
    with zipfile.ZipFile(built / f"{skill}.zip") as file:
        names = file.namelist()
    assert names == sorted(names) and all(name.startswith(f"{skill}/") for name in names)
    assert f"{skill}/SKILL.md" in names and f"{skill}/LICENSE" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


@pytest.mark.parametrize("skill", skill_zip.PORTABLE)
def test_the_reference_library_accepts_it(unpacked: Path, skill: str) -> None:
    assert validate(unpacked / skill) == []


TASKS = {
    "tasks": [
        {"id": "a", "writes": ["src/x/**"], "estimate_minutes": 10},
        {"id": "b", "writes": ["src/x/y.ts"], "estimate_minutes": 15},
        {"id": "c", "depends_on": ["a"], "resources": [{"name": "db"}], "estimate_minutes": 1},
        {"id": "d", "resources": [{"name": "db"}], "estimate_minutes": 8},
    ]
}


def test_it_plans_with_nothing_installed(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "tasks.json").write_text(json.dumps(TASKS))
    done = plan(unpacked, tmp_path, "tasks.json")
    assert done.returncode == 0, done.stderr
    assert "4 tasks. One after another 34 min, rolling 25 min (1.4 times faster)" in done.stdout
    assert "Conflict write-write a b: src/x/y.ts; b waits for a" in done.stdout
    assert "Conflict resource c d: db; d waits for c" in done.stdout or "c waits for d" in done.stdout


def test_it_decides_as_the_planner_does(unpacked: Path, tmp_path: Path) -> None:
    text = json.dumps(TASKS)
    mine = json.loads(plan(unpacked, tmp_path, "-", "--json", given=text).stdout)
    theirs = subprocess.run(
        [str(CHECKOUT / "bin/fanout"), "plan", "--json", "-"], input=text, capture_output=True, text=True, cwd=tmp_path
    )
    wanted = json.loads(theirs.stdout)
    assert mine["schema_version"] == wanted["schema_version"] == 1
    assert mine["data"] == {key: wanted["data"][key] for key in mine["data"]}


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "-:1:2: Expecting property name"),
        ("[]", 'the document has to be {"tasks": [{"id": "01"}]}'),
        ('{"tasks": []}', "with at least one task"),
        ('{"tasks": [{"title": "x"}]}', 'task #1: "id" is None, a text is needed'),
        ('{"tasks": [{"id": "a"}, {"id": "a"}]}', 'task a: "id" stands there twice'),
        ('{"tasks": [{"id": "a", "depends_on": ["b"]}]}', "\"depends_on\" names 'b', there is no such task"),
        ('{"tasks": [{"id": "a", "writes": "src"}]}', "\"writes\" is 'src', a list of texts is needed"),
        ('{"tasks": [{"id": "a", "writes": ["../x"]}]}', "task a: \"writes\" '../x': "),
        ('{"tasks": [{"id": "a", "resources": ["db"]}]}', 'needed is [{"name": "db", "mode": "exclusive"}]'),
        ('{"tasks": [{"id": "a", "estimate_minutes": -2}]}', '"estimate_minutes" is -2, a number from 0 on'),
        ('{"tasks": [{"id": "a", "estimate_minutes": 1e400}]}', '"estimate_minutes" is inf, a number from 0 on'),
        (
            '{"tasks": [{"id": "a", "dependencies": ["b"]}]}',
            '"dependencies" is no field here: rename it to "depends_on"',
        ),
        ('{"tasks": [{"id": "a", "blockedBy": ["b"]}]}', '"blockedBy" is no field here: rename it to "depends_on"'),
        ('{"tasks": [{"id": "a", "files": ["a.py"]}]}', 'task a: "files" is no field here: rename it to "writes"'),
        ('{"tasks": [{"id": "a", "status": "done"}]}', '"status" is no field here: take the tasks that are done out'),
        ('{"tasks": [{"id": "a", "lane": "x"}]}', '"lane" is no field here: this script does not know it'),
        ('{"agent_capacity": {"x": 1}, "tasks": [{"id": "a"}]}', 'the document: "agent_capacity" is no field here'),
        (
            '{"tasks": [{"id": "a", "wrties": []}]}',
            '"wrties" is no field here: known are id, title, description, depends_on',
        ),
        ('{"max_parallel": 0, "tasks": [{"id": "a"}]}', "max_parallel is 0: a whole number from 1 on"),
        ("- [ ] T001 do", "The list has to be JSON without comments, see --help."),
        (
            '{"tasks": [{"id": "a", "depends_on": ["b"]}, {"id": "b", "depends_on": ["a"]}]}',
            "the dependencies go round in a circle: a -> b -> a",
        ),
    ],
)
def test_what_is_wrong_is_named(unpacked: Path, tmp_path: Path, given: str, said: str) -> None:
    done = plan(unpacked, tmp_path, "-", given=given)
    assert done.returncode == 1 and done.stdout == ""
    assert said in done.stderr and "Traceback" not in done.stderr


def test_nothing_at_once_is_no_number(unpacked: Path, tmp_path: Path) -> None:
    done = plan(unpacked, tmp_path, "-", "--max-parallel", "0", given=json.dumps(TASKS))
    assert done.returncode == 1 and "max_parallel is 0" in done.stderr


NATIVE = [path for path in sorted(CHECKOUT.glob("examples/*/tasks.json")) if "tasks" in json.loads(path.read_text())]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("path", NATIVE, ids=lambda path: path.parent.name)
def test_every_example_is_planned_or_refused_by_name(unpacked: Path, path: Path, tmp_path: Path) -> None:
    done = plan(unpacked, tmp_path, "-", given=path.read_text())
    if done.returncode:
        assert "is no field here: " in done.stderr and "Traceback" not in done.stderr
    else:
        assert "tasks. One after another" in done.stdout


def skill_folder(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "SKILL.md").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("folder", "text", "said"),
    [
        ("good", "no front matter", "line 1: front matter begins with ---"),
        ("good", "---\nname: other\ndescription: x\n---\nx\n", "its name is other, it has to be the folder's"),
        ("good", "---\nname: good\n---\nx\n", "description is missing"),
        ("good", "---\nname: good\ndescription: x\nmodel: y\n---\nx\n", "model is not one of name, description"),
        ("good", f"---\nname: good\ndescription: {'x' * 1025}\n---\nx\n", "description has more than 1024"),
        ("good", "---\nname: good\ndescription: x <y>\n---\nx\n", "the description holds < or >"),
        ("good", "---\nname: good\ndescription: x\n---\n", "there is no text below"),
        ("Bad", "---\nname: Bad\ndescription: x\n---\nx\n", "Bad is no skill name"),
        ("a--b", "---\nname: a--b\ndescription: x\n---\nx\n", "a--b is no skill name"),
        ("x" * 65, f"---\nname: {'x' * 65}\ndescription: x\n---\nx\n", "name has more than 64"),
        ("my-claude", "---\nname: my-claude\ndescription: x\n---\nx\n", "my-claude is no skill name"),
    ],
)
def test_what_a_host_would_refuse_is_refused(tmp_path: Path, folder: str, text: str, said: str) -> None:
    with pytest.raises(skill_zip.Refused) as error:
        skill_zip.check(skill_folder(tmp_path / folder, text))
    assert said in str(error.value)


def test_a_good_one_is_not(tmp_path: Path) -> None:
    skill_zip.check(skill_folder(tmp_path / "good", "---\nname: good\ndescription: Use when.\n---\nBody\n"))

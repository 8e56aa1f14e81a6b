"""What is told to somebody who changes fanout: every file, command and option that is named is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from pack.documents import code
from project import CHECKOUT

VERB = CHECKOUT / "scripts" / "dev" / "test"
TOLD = [CHECKOUT / "CONTRIBUTING.md", CHECKOUT / "AGENTS.md", CHECKOUT / ".github" / "pull_request_template.md"]
FORMS = sorted((CHECKOUT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
MADE = {".cache/"}


def pieces(path: Path) -> list[str]:
    return list(code(path.read_text(encoding="utf-8")))


def files(piece: str) -> list[str]:
    """The words of a piece of code that are paths of this repository."""
    words = [word.removeprefix("./") for word in piece.split()]
    return [word for word in words if "/" in word and re.fullmatch(r"[\w./-]+", word) and word not in MADE]


def help_text() -> str:
    return subprocess.run([str(VERB), "--help"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_every_file_is_there(path: Path) -> None:
    found = [file for piece in pieces(path) for file in files(piece)]
    assert len(found) > 2
    assert [file for file in found if not (CHECKOUT / file).exists()] == []


@pytest.mark.parametrize("path", [*TOLD, CHECKOUT / "README.md"], ids=lambda path: path.name)
def test_every_option_of_the_verb_stands_in_its_help(path: Path) -> None:
    told = {
        word for piece in pieces(path) if "scripts/dev/test" in piece for word in re.findall(r"(?<!\S)--[\w-]+", piece)
    }
    assert told - {"--help"} <= set(re.findall(r"--[\w-]+", help_text()))


def test_both_verbs_are_told_where_people_and_models_look_first() -> None:
    for name in ("README.md", "AGENTS.md", "CONTRIBUTING.md"):
        text = (CHECKOUT / name).read_text(encoding="utf-8")
        assert "scripts/dev/test" in text and "--fast" in text, name


def test_help_needs_no_environment(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(VERB), "--help"], env={"PATH": "/usr/bin:/bin", "FANOUT_CACHE_DIR": str(tmp_path)}, capture_output=True
    )
    assert done.returncode == 0 and done.stdout.startswith(b"usage: scripts/dev/test")
    assert list(tmp_path.iterdir()) == []


def test_the_hooks_of_pre_commit_call_what_the_project_has() -> None:
    config = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    for hook in config["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert all((CHECKOUT / file).exists() for file in files(hook["entry"])), hook["entry"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_what_is_there(path: Path) -> None:
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    lines = [line for job in jobs for step in job["steps"] for line in step.get("run", "").splitlines()]
    ours = [file for line in lines for file in files(line) if file.startswith((".ci/", "scripts/"))]
    assert ours and all((CHECKOUT / file).exists() for file in ours)
    options = {word for line in lines for word in line.partition(".ci/run")[2].split()}
    assert options <= set(re.findall(r"--[\w-]+", help_text()))


def test_every_night_runs_the_whole_scale() -> None:
    assert "./.ci/run --full\n" in (CHECKOUT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_an_issue_form_has_what_github_wants(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"] and form["description"]
    assert len({part["id"] for part in form["body"]}) == len(form["body"])
    assert {part["type"] for part in form["body"]} <= {"textarea", "input", "dropdown", "checkboxes"}
    assert all(part["attributes"]["label"] for part in form["body"])


@pytest.mark.parametrize(("form", "wanted"), [("bug", {"doctor", "client"}), ("task_list", {"format", "list"})])
def test_a_report_can_not_be_sent_without_what_its_reader_needs(form: str, wanted: set[str]) -> None:
    parts = yaml.safe_load((CHECKOUT / ".github" / "ISSUE_TEMPLATE" / f"{form}.yml").read_text(encoding="utf-8"))[
        "body"
    ]
    assert wanted <= {part["id"] for part in parts if part.get("validations", {}).get("required")}

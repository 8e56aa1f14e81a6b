"""Lists that live in another program. `gh` and `bd` need an account or a database of their own: a program that speaks
like each stands on the PATH, answers from a file and writes down how it was called."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from project import Project, Ran

PROGRAM = f"""#!{sys.executable}
import json, os, sys
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "calls"), "a", encoding="utf-8") as file:
    piped = sys.stdin.read() if "-" in sys.argv else ""
    file.write(json.dumps([os.path.basename(sys.argv[0]), *sys.argv[1:], *([piped] if piped else [])]) + "\\n")
if sys.argv[1] == "export" and os.path.exists(os.path.join(here, "old")):
    sys.exit("unknown command export")
if "--fail" in sys.argv:
    sys.exit("HTTP 401: Bad credentials")
if sys.argv[1] in ("export", "list") or sys.argv[2:3] in (["list"], ["view"]):
    sys.stdout.write(open(os.path.join(here, "answer"), encoding="utf-8").read())
"""
URL = "https://github.com/o/r/issues/"
ISSUES = [
    {"number": 1, "title": "Store", "state": "OPEN", "labels": [], "body": "Write `a.ts`.", "url": f"{URL}1"},
    {"number": 2, "title": "Page", "state": "OPEN", "labels": [], "body": "Blocked by #1", "url": f"{URL}2"},
]
BODY = "Für alle 🎉:\r\n\r\n- [ ] Write `a.ts`\r\n- [ ] Write `b.ts`\r\n"
ONE = {"number": 7, "title": "Release", "state": "OPEN", "body": BODY, "url": f"{URL}7"}
BEADS = [
    {"id": "p-1", "title": "Store", "status": "open", "issue_type": "task"},
    {
        "id": "p-2",
        "title": "Page",
        "status": "open",
        "issue_type": "task",
        "dependencies": [{"issue_id": "p-2", "depends_on_id": "p-1", "type": "blocks"}],
    },
]


class Place:
    """A project beside programs that answer what `answer` holds."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project, self.folder = project, folder
        folder.mkdir()
        for name in ("gh", "bd"):
            (folder / name).write_text(PROGRAM)
            (folder / name).chmod(0o755)

    def answer(self, text: object) -> None:
        (self.folder / "answer").write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")

    def fanout(self, *words: str) -> Ran:
        return self.project.fanout(*words, env={"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}"})

    def calls(self) -> list[list[str]]:
        """How the programs were called since this was last asked."""
        file = self.folder / "calls"
        found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
        file.unlink(missing_ok=True)
        return found

    def saved(self, name: str) -> Path:
        return self.project.path / ".fanout" / "lists" / name


@pytest.fixture
def place(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(project, tmp_path_factory.mktemp("programs") / "bin")


def close(place: Place, name: str, old: str, new: str) -> None:
    """Mark a task in the saved list, as a run does."""
    file = place.saved(name)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.slow
def test_issues_are_fetched_planned_and_told_once(place: Place) -> None:
    place.answer(ISSUES)
    done = place.fanout("pull", "github", "--label", "ready")
    assert done.code == 0, done.err
    file = ".fanout/lists/github.json"
    assert done.out == f"Saved in {file}. Plan it: fanout plan {file}. When tasks are done: fanout push {file}.\n"
    fields = "number,title,body,state,stateReason,labels,url"
    listed = ["gh", "issue", "list", "--state", "all", "--limit", "1000", "--json", fields]
    assert place.calls() == [[*listed, "--label", "ready"]]
    assert place.fanout("plan", file, "--json").data["batches"] == [["1"], ["2"]]
    close(place, "github.json", "OPEN", "CLOSED")
    dry = place.fanout("push", file)
    assert dry.out == (
        "Would do: close #1 Store  (gh issue close 1 -R o/r)\n"
        f"Nothing was changed. To do it: fanout push {file} --yes\n"
    )
    assert place.calls() == [[*listed, "-R", "o/r"]]
    assert place.fanout("push", file, "--yes").out == "Done: close #1 Store  (gh issue close 1 -R o/r)\n"
    assert place.calls() == [[*listed, "-R", "o/r"], ["gh", "issue", "close", "1", "-R", "o/r"]]
    place.answer([{**ISSUES[0], "state": "CLOSED"}, ISSUES[1]])
    assert place.fanout("push", file, "--yes").out == "gh knows all of it.\n"


@pytest.mark.slow
def test_of_one_issue_only_the_box_is_changed_in_its_text_of_now(place: Place) -> None:
    place.answer(ONE)
    assert place.fanout("pull", "github", "7").code == 0
    assert place.calls()[0][:4] == ["gh", "issue", "view", "7"]
    assert place.fanout("plan", ".fanout/lists/github.json", "--json").data["batches"] == [["01", "02"]]
    close(place, "github.json", "- [ ] Write `b.ts`", "- [x] Write `b.ts`")
    now = BODY.replace("Für alle", "Changed meanwhile")
    place.answer({**ONE, "body": now})
    done = place.fanout("push", ".fanout/lists/github.json", "--yes")
    assert done.out.startswith("Done: tick in #7: Write `b.ts`  (gh issue edit 7 -R o/r --body-file - < the new text)")
    told = place.calls()[-1][-1]
    assert told.splitlines() == now.replace("- [ ] Write `b.ts`", "- [x] Write `b.ts`").splitlines()


def test_what_was_never_told_is_not_lost(place: Place) -> None:
    place.answer(ISSUES)
    place.fanout("pull", "github")
    close(place, "github.json", "OPEN", "CLOSED")
    refused = place.fanout("pull", "github")
    assert refused.code == 1
    assert "holds what gh was never told: close #1 Store. First: fanout push .fanout/lists/github.json." in refused.err
    assert place.fanout("pull", "github", "--drop").code == 0
    assert json.loads(place.saved("github.json").read_text())[0]["state"] == "OPEN"


@pytest.mark.parametrize("old", [False, True])
def test_beads_are_exported_claimed_and_closed(place: Place, old: bool) -> None:
    """`old`: a bd without export prints a list."""
    lines = "".join(json.dumps(issue) + "\n" for issue in BEADS)
    place.answer(json.dumps(BEADS) if old else lines)
    if old:
        (place.folder / "old").touch()
    assert place.fanout("pull", "beads").code == 0
    assert [call[1] for call in place.calls()] == (["export", "list"] if old else ["export"])
    file = ".fanout/lists/beads.jsonl"
    assert place.fanout("plan", file, "--json").data["batches"] == [["p-1"], ["p-2"]]
    close(place, "beads.jsonl", '"open"', '"closed"')
    close(place, "beads.jsonl", '"open"', '"in_progress"')
    done = place.fanout("push", file, "--yes")
    assert done.out == "Done: close p-1 Store  (bd close p-1)\nDone: claim p-2 Page  (bd update p-2 --claim)\n"
    assert place.calls()[-2:] == [["bd", "close", "p-1"], ["bd", "update", "p-2", "--claim"]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("pull", "github", "--fail"), "Bad credentials Call it by hand to see why."),
        (("push", "todo.md"), "todo.md is a list of markdown, which nothing is told about. Only of beads or github."),
    ],
)
def test_what_can_not_be_done_says_why(place: Place, words: tuple[str, ...], message: str) -> None:
    place.project.write({"todo.md": "- [ ] Write `a.ts`\n"})
    place.answer(ISSUES)
    done = place.fanout(*words)
    assert done.code == 1
    assert message in done.err


def test_without_the_program_it_says_what_to_do(project: Project) -> None:
    done = project.fanout("pull", "beads", env={"PATH": "/usr/bin:/bin"})
    assert done.code == 1
    assert done.err.startswith(
        "error: bd is not on the PATH. Install bd, or plan .beads/issues.jsonl: it is what was last"
    )

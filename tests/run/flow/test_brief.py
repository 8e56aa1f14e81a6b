"""The brief: what an agent is told is what it goes by, so each part is there when it has to be, and only then."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.flow import brief, ending
from fanout.run.store import journal, run_files
from fanout.run.store.db import Write
from fanout.run.tasks import asked_tests, pending_launches, runs, tasks

RULE = "- Change only your own files. A denied write names the owner and the ways out; don't work around it."
GIT = (
    "- Git: no command that touches the whole tree (`git add -A`, `commit -a`, `checkout .`, `stash`, `reset`); name your own "
    "files, or leave the commit to whoever leads the run."
)
NOT_NEEDED = (
    "- A file above that turns out not to be needed: add `not needed: its path` to what you say you did; one that is right as "
    "it stands: `already right: its path`."
)
LINE = "`DONE|01|what you did` or `BLOCKED|01|why` or `NEEDS|01|path, why you need it`"


def of(desk: Desk, task: str = "01") -> dict[str, str]:
    """The parts of a brief by their headings; "" is what stands before the first."""
    whole = brief.compose(desk.db, str(desk.root), tasks.get(desk.db, desk.run, task))
    assert whole.endswith("\n") and "\n\n\n" not in whole
    head, *parts = whole.strip().split("\n## ")
    return {"": head.strip(), **{part.split("\n")[0]: part.partition("\n")[2].strip() for part in parts}}


def one(desk: Desk, document: dict[str, Any] | None = None, **record: Any) -> dict[str, str]:
    """The brief of the only task of a run."""
    task = {"writes": record.pop("writes", []), "agent": record.pop("agent", "general-purpose"), "record": record}
    given = plan({"01": task})
    given["document"].update(document or {})
    desk.start(given)
    return of(desk)


def test_the_whole_brief_of_a_plain_task(desk: Desk) -> None:
    parts = one(desk, description=" Make the parser.\n", writes=["src/a.py", "b.py"])
    scratch = run_files.shown(str(desk.root), run_files.scratch(str(desk.root), desk.run, "01"))
    notes = run_files.shown(str(desk.root), run_files.result(str(desk.root), desk.run, "01"))
    assert parts == {
        "": "# Task 01: Task 01\n\nYou do one task of the run `demo-1` (Demo). Other agents may work in the same repository at "
        f"the same time. Project root: {desk.root}\n\nMake the parser.",
        "Files": "Write only: `src/a.py`, `b.py`",
        "Rules": f"{RULE}\n{GIT}\n{NOT_NEEDED}",
        "How to end": f"Beside your own files you may write: temporary ones in `{scratch}/`, and in `{notes}` notes that whoever "
        "builds on this needs (names, decisions). This brief asks for the notes, they are no report file.\nYour last message "
        f"is one line, nothing else:\n{LINE}",
    }
    assert (scratch, notes) == (".fanout/scratch/demo-1/01", ".fanout/results/demo-1/01.txt")


FILES: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "none": ({}, {}, brief.NO_FILES),
    "context": ({"context_files": ["A.md", "B.md"]}, {}, f"Read first: `A.md`, `B.md`\n{brief.NO_FILES}"),
    "reads": ({}, {"reads": ["a.py"]}, f"Read: `a.py`\n{brief.NO_FILES}"),
    "reads all there is": ({}, {"reads": ["**"]}, brief.NO_FILES),
    "reads all, and this": ({}, {"reads": ["**", "a.py"]}, f"Read: `a.py`\n{brief.NO_FILES}"),
    "only reads": ({}, {"read_only": True, "writes": ["a.py"]}, "Write nothing: this task only reads."),
    "resources": (
        {},
        {"resources": [{"name": "db", "mode": "exclusive"}, {"name": "net"}, {"name": "port", "mode": "exclusive"}]},
        f"{brief.NO_FILES}\nYours alone while you work: db, port",
    ),
    "shared ones alone": ({}, {"resources": [{"name": "net", "mode": "shared"}]}, brief.NO_FILES),
    "tests without a file": ({}, {"title": "Scale, with tests", "writes": ["a.py"]}, f"Write only: `a.py`\n{asked_tests.SAID}"),
    "tests in a file": ({}, {"title": "Scale, with tests", "writes": ["a.py", "test_a.py"]}, "Write only: `a.py`, `test_a.py`"),
    "a test run": ({}, {"title": "Make it pass the test", "writes": ["a.py"]}, "Write only: `a.py`"),
    "all": (
        {"context_files": ["A.md"]},
        {"reads": ["r"], "writes": ["w"], "resources": [{"name": "db", "mode": "exclusive"}]},
        "Read first: `A.md`\nRead: `r`\nWrite only: `w`\nYours alone while you work: db",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_the_files(desk: Desk, case: str) -> None:
    document, record, said = FILES[case]
    assert one(desk, document, **record).get("Files") == said


@pytest.mark.parametrize(
    ("accept", "said"),
    [
        ([], None),
        ([{"text": "It parses."}], "- It parses."),
        ([{"command": "make test"}], "- `make test` exits 0"),
        ([{"text": "`make test`", "command": "make test"}], "- `make test` exits 0"),
        ([{"text": "make test.", "command": "make test"}], "- `make test` exits 0"),
        ([{"text": "Green:", "command": "make"}, {"text": "", "command": "lint"}], "- Green: `make` exits 0\n- `lint` exits 0"),
    ],
)  # fmt: skip
def test_what_done_means(desk: Desk, accept: list[dict[str, str]], said: str | None) -> None:
    assert one(desk, accept=accept).get("Done means") == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], None),
        (["use tabs"], "- use tabs"),
        (["tabs", "spaces"], "Newest first: where two differ, the newer one holds.\n- spaces\n- tabs"),
    ],
)
def test_what_was_amended_comes_newest_first(desk: Desk, words: list[str], said: str | None) -> None:
    assert one(desk, amended=words).get(brief.AMENDED.removeprefix("## ")) == said


READS = "- Read, and run what only checks; change nothing."
GIST = LINE.replace("what you did", "the gist of what you found")
FOUND = (
    "Your last message is the result: what you found, most important first, `file:line` for each, at most 60 lines. It is kept "
    f"for the tasks that build on this one. Its last line is:\n{GIST}"
)


@pytest.mark.parametrize(("agent", "record"), [("Explore", {}), ("general-purpose", {"read_only": True})])
def test_a_reader_hands_over_what_it_found(desk: Desk, agent: str, record: dict[str, Any]) -> None:
    parts = one(desk, agent=agent, **record)
    assert (parts["Rules"], parts["How to end"]) == (READS, FOUND)
    assert brief.NO_FILES not in parts.get("Files", "")


def test_a_reader_without_a_shell_is_not_told_to_run_checks(desk: Desk) -> None:
    assert one(desk, agent="spec:code-reviewer")["Rules"] == "- Read; change nothing."


def test_who_has_no_declared_file_is_told_that_it_may_write(desk: Desk) -> None:
    """Before, "change only your own files" stood there alone: whoever took it at its word could write none."""
    parts = one(desk)
    assert parts["Rules"] == f"{RULE.replace('Change only your own files. ', '')}\n{GIT}"
    assert parts["Files"].startswith("The list names none for this task: write what it needs.")


def test_who_is_to_write_no_file_is_told_so(desk: Desk) -> None:
    parts = one(desk, writes_nothing=True)
    assert parts["Files"].startswith(brief.NO_FILE) and brief.NO_FILES not in parts["Files"]


def test_who_was_given_a_file_since_is_not(desk: Desk) -> None:
    assert brief.NO_FILE not in one(desk, writes_nothing=True, writes=["a.py"])["Files"]


def test_a_task_in_a_worktree_of_its_own(desk: Desk) -> None:
    desk.start(plan({"01": {"record": {"isolation": "worktree"}}, "02": {"writes": ["b"]}}))
    desk.launch("02")
    parts = of(desk)
    assert brief.ISOLATED in parts[""] and "Project root" not in parts[""]
    assert (
        parts["Rules"] == f"{RULE.replace('Change only your own files. ', '')}\n{GIT}"
    )  # what siblings have half done is not there
    assert parts["How to end"] == f"Your last message ends with one line:\n{LINE}"
    assert f"Project root: {desk.root}" in of(desk, "02")[""]


def test_a_task_of_a_headless_client(desk: Desk) -> None:
    desk.start({**plan({"01": {}, "02": {}}), "engine": "local"})
    with Write(desk.db):
        pending_launches.note(desk.db, desk.run, tasks.all_of(desk.db, desk.run))
    parts = of(desk)
    assert brief.APART in parts[""] and "Project root" not in parts[""] and brief.SIBLINGS not in parts["Rules"]
    assert parts["How to end"] == f"Your last message ends with one line:\n{LINE}"


def test_a_task_of_the_workflow_runtime(desk: Desk) -> None:
    desk.start({**plan({"01": {"record": {"read_only": True}}}), "engine": "workflow"})
    assert of(desk)["How to end"] == brief.WORKFLOWS_END.partition("\n")[2]


@pytest.mark.parametrize("case", ["alone", "running", "handed", "handed alone", "done"])
def test_siblings_work_is_spoken_of_where_there_are_siblings(desk: Desk, case: str) -> None:
    desk.start(plan({"01": {}, "02": {"writes": ["b"]}}))
    if case in ("running", "done"):
        desk.launch("02")
    if case == "done":
        desk.do("agent-02", "b")
        desk.end("agent-02", "DONE|02|did it")
    handed = {"handed": ("01", "02"), "handed alone": ("01",)}.get(case, ())
    with Write(desk.db):
        pending_launches.note(desk.db, desk.run, [tasks.get(desk.db, desk.run, name) for name in handed])
    assert (brief.SIBLINGS in of(desk)["Rules"]) is (case in ("running", "handed"))


def test_what_was_said_beside_the_ordered_line_reaches_the_agent(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    order = f"Run `fanout brief {desk.run}/{{}}` and follow it."
    assert "From whoever launched you" not in of(desk)
    desk.launch("02", prompt=order.format("02") + "\nMind the tests.")
    assert "From whoever launched you" not in of(desk)
    desk.launch("01", prompt=order.format("01") + "\nUse tabs.\n\nNo comments.")
    assert of(desk)["From whoever launched you"] == "> Use tabs.\n>\n> No comments."


@pytest.mark.parametrize(
    ("writes", "said"),
    [
        (
            ["docs/findings.md"],
            "`docs/findings.md`, by the name: write that with Bash, `cat > docs/findings.md <<'END'`.",
        ),
        (["Summary-1.MD", "a.py"], "`Summary-1.MD`, by the name: write that with Bash, `cat > Summary-1.MD <<'END'`."),
        (["findings/a.md", "findings.txt", "my-report.md"], ""),
    ],
)
def test_what_the_client_lets_no_agent_write_is_written_by_a_command(desk: Desk, writes: list[str], said: str) -> None:
    first, _, more = one(desk, writes=writes)["Files"].partition("\n")
    assert first == "Write only: " + ", ".join(f"`{name}`" for name in writes)
    assert more == (f"The Write tool refuses agents {said}" if said else "")


def end(desk: Desk, name: str, message: str, files: tuple[str, ...] = ()) -> None:
    agent = f"agent-{name}-{desk.calls}"
    assert not denial(desk.launch(name, agent))
    for file in files:
        desk.do(agent, file, f"by {agent}\n")
    desk.say(agent, message)


def test_what_a_task_builds_on(desk: Desk) -> None:
    needs = {"needs": ["01", "02", "03"]}
    desk.start(
        plan({"01": {}, "02": {"writes": ["b"]}, "03": {"state": "skipped"}, "04": needs, "05": {"needs": ["04"]}})
    )
    end(desk, "01", "Two parsers.\nDONE|01|looked")
    end(desk, "02", "DONE|02|wrote it", ("b",))
    assert of(desk, "04")["What this builds on"] == (
        f"- 01 Task 01: looked (read `.fanout/results/{desk.run}/01.txt`)\n"
        "- 02 Task 02: wrote it\n"
        "- 03 Task 03: left out of this run. Do without it, and don't do it yourself."
    )
    assert of(desk, "05")["What this builds on"] == "- 04 Task 04: pending"
    assert "What this builds on" not in of(desk, "01")


def test_what_only_stands_before_it_in_the_list_is_told_apart(desk: Desk) -> None:
    both = {"needs": ["01", "02"], "follows": ["02"]}
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": both}))
    for name, file in (("01", "a"), ("02", "b")):
        end(desk, name, f"DONE|{name}|wrote it", (file,))
    assert of(desk, "03")["What this builds on"] == "- 01 Task 01: wrote it"
    assert of(desk, "03")["Before this in the list"] == "- 02 Task 02: wrote it"


def test_a_task_before_it_that_is_done_and_shares_nothing_with_it_is_left_out(desk: Desk) -> None:
    third = {"needs": ["01", "02"], "follows": ["01", "02"], "writes": ["src/page.py"], "title": "Page with the store"}
    desk.start(plan({"01": {"writes": ["src/dates.py"]}, "02": {"writes": ["src/store.py"]}, "03": third}))
    assert "Before this in the list" in of(desk, "03")
    for name, file in (("01", "src/dates.py"), ("02", "src/store.py")):
        end(desk, name, f"DONE|{name}|wrote it", (file,))
    assert of(desk, "03")["Before this in the list"] == "- 02 Task 02: wrote it"


BEFORE: dict[str, tuple[str, tuple[str, ...], str]] = {
    "blocked": (
        "BLOCKED|01|no key",
        ("a", "b"),
        "- It ended: no key\n- What it changed stands, go on from there: `a`, `b`",
    ),
    "had no leave": (
        "BLOCKED|01|x (permission denied for Bash npm test)",
        (),
        f"- It ended: x (permission denied for Bash npm test)\n- {brief.ALLOWED}\n- Nothing of it is in the tree: begin anew.",
    ),
    "wrote nothing": ("BLOCKED|01|no key", (), "- It ended: no key\n- Nothing of it is in the tree: begin anew."),
    "found more": (
        "Three places.\nBLOCKED|01|no key",
        (),
        "- It ended: no key\n- Nothing of it is in the tree: begin anew.\n"
        "- More of what it found: `.fanout/results/demo-1/01.txt`",
    ),
}


@pytest.mark.parametrize("case", BEFORE)
def test_an_agent_goes_on_where_the_one_before_it_ended(desk: Desk, case: str) -> None:
    message, files, said = BEFORE[case]
    desk.start(plan({"01": {"writes": ["a", "b"]}, "02": {}}))
    assert "An agent before you" not in of(desk)
    end(desk, "01", message, files)
    assert of(desk)["An agent before you"] == said and "An agent before you" not in of(desk, "02")


@pytest.mark.parametrize("wrote", [True, False])
def test_what_stands_of_an_agent_that_the_api_refused(desk: Desk, wrote: bool) -> None:
    desk.start(plan({"01": {"writes": ["a"]}}))
    desk.launch("01")
    if wrote:
        desk.do("agent-01", "a")
    agent = agents.by_agent_id(desk.db, "agent-01")
    assert agent is not None
    with Write(desk.db):
        ending.overloaded(desk.db, agent, "429 rate_limit_error")
    said = of(desk).get("An agent before you", "")
    told = "- It ended: the API refused it, no fault of the task\n- What it changed stands, go on from there: `a`"
    assert said == (told if wrote else "")


def test_what_was_granted_since_is_named(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["x"]}}))
    end(desk, "02", "NEEDS|02|y.txt, the names")
    end(desk, "01", "NEEDS|01|c.txt, the names")
    assert "Granted since, yours to write now: `c.txt`\n" in of(desk)["An agent before you"]


def test_a_task_that_is_done_has_nobody_before_it_until_it_is_taken_back(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    end(desk, "01", "DONE|01|wrote it", ("a",))
    assert "An agent before you" not in of(desk)
    with Write(desk.db):
        tasks.revoke(desk.db, desk.run, "01", "to be done anew")
        tasks.retry(desk.db, desk.run, "01")
    assert "- It ended: done (wrote it), and taken back since\n" in of(desk)["An agent before you"]


def test_no_more_files_are_named_than_can_be_read(desk: Desk) -> None:
    files = tuple(f"f{place:02}" for place in range(brief.MOST_NAMED + 2))
    desk.start(plan({"01": {"writes": list(files)}}))
    end(desk, "01", "BLOCKED|01|no key", files)
    said = of(desk)["An agent before you"]
    assert f"`{files[brief.MOST_NAMED - 1]}`" in said and f"`{files[brief.MOST_NAMED]}`" not in said


def test_what_was_not_merged_says_why_and_where_the_work_is(desk: Desk) -> None:
    desk.start({**plan({"01": {}, "02": {}}), "engine": "local"})
    with Write(desk.db):
        journal.note(desk.db, "merge-refused", desk.run, "01", outcome="it clashes in a.py")
    assert of(desk)["An agent before you"] == (
        "- It ended: it clashes in a.py\n"
        "- Nothing that it changed is in your tree: it is as everything merged so far left it."
    )
    assert "An agent before you" not in of(desk, "02")


@pytest.mark.parametrize(
    ("accept", "patience"),
    [([], ""), ([{"text": "fine"}], ""), ([{"command": "make"}], " Give that call ten minutes, it runs the checks.")],
)
def test_a_worker_ends_its_task_itself_and_takes_the_next(
    desk: Desk, accept: list[dict[str, str]], patience: str
) -> None:
    desk.start(plan({"01": {"record": {"accept": accept}}}))
    with Write(desk.db):
        agents.open_launch(desk.db, "s1", agents.worker_key("w 1"), "general-purpose", "", desk.run, "01")
    assert of(desk)["How to end"].partition("\n")[2] == (
        "You are the worker `w 1`: you end the task yourself, and take the next one.\n"
        f"1. `fanout done {desk.run}/01 'what you did'`; it looks at the files and names what is missing.{patience} When it "
        f"can't be done: `fanout fail {desk.run}/01 'why'`.\n"
        f"2. `fanout claim --worker 'w 1' {desk.run} --wait 60` prints your next task. When it says that nothing is left, end; "
        "your last message is one line: which tasks you did."
    )


def test_writing_makes_the_folders_that_it_names(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    text = brief.write(desk.db, str(desk.root), desk.run, "01")
    assert text == brief.compose(desk.db, str(desk.root), tasks.get(desk.db, desk.run, "01"))
    assert (desk.root / ".fanout/scratch/demo-1/01").is_dir() and (desk.root / ".fanout/results/demo-1").is_dir()
    assert json.loads(runs.get(desk.db, desk.run).plan)["id"] == "demo"


def test_a_description_that_only_repeats_the_title_stands_there_once(desk: Desk) -> None:
    said = one(desk, description="Task 01")[""]
    assert said.endswith(f"Project root: {desk.root}") and said.count("Task 01") == 2


@pytest.mark.parametrize(("record", "is_said"), [({}, True), ({"accept": [{"command": "make"}]}, False)])
def test_what_to_write_where_nothing_is_changed(desk: Desk, record: dict[str, Any], is_said: bool) -> None:
    """A command decides where there is one."""
    end = one(desk, **record)["How to end"]
    assert end.endswith(
        f"is one line:\n{LINE}\n{brief.NOTHING_CHANGED}" if is_said else f"is one line, nothing else:\n{LINE}"
    )

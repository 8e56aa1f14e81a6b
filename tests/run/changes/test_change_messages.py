"""What the owner of a file that changed is told, and what those whose commands ran: who did it, what is kept, what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.changes import attribution, change_messages, objects
from fanout.run.store import journal, notice
from fanout.run.store.db import Write

NUMBER = {"01": 1, "02": 2, "03": 3, "main": 4}
READ = ". Read it again before you write it."
BEFORE = " The version before is kept in .fanout/conflicts/{}/a.txt.kept."
BY_02 = "changed while a command of task 02 ran, by no call of yours"
UNTOLD = "ran: which of them did it can't be told"


@pytest.fixture
def three(desk: Desk) -> Desk:
    """Three agents at work, and the main conversation."""
    run = desk.start(plan({task: {"writes": [f"{task}.txt"]} for task in ("01", "02", "03")}))
    with Write(desk.db):
        for task in ("01", "02", "03"):
            agents.bind(desk.db, agents.open_launch(desk.db, desk.session, "", "", task, run, task), f"agent-{task}")
        assert agents.main_of(desk.db, desk.session) == NUMBER["main"]
    return desk


def end(desk: Desk, name: str) -> None:
    with Write(desk.db):
        agents.end(desk.db, NUMBER[name], "blocked")


def tell(
    desk: Desk,
    kind: str,
    others: list[str],
    *,
    files: int = 1,
    owner: str = "01",
    before: str | None = None,
    after: str | None = None,
    lost: bytes | None = None,
    possible: bool = False,
    named: bool = False,
) -> dict[str, list[str]]:
    """The notices of each agent after files of `owner` changed."""
    verdict = attribution.Verdict(kind, tuple(NUMBER[name] for name in others), possible, named)
    held = objects.keep_bytes(str(desk.root), b"old\n", "")
    with Write(desk.db):
        found = [
            change_messages.Finding(
                f"{name}.txt",
                agents.get(desk.db, NUMBER[owner]),
                verdict,
                held if before is None else before,
                held if after is None else after,
                lost,
            )
            for name in "abcdefghij"[:files]
        ]
        change_messages.tell(desk.db, str(desk.root), found)
        return {name: notice.take(desk.db, number) for name, number in NUMBER.items()}


TO_OWNER: dict[str, tuple[str, list[str], dict[str, bool], str]] = {
    "a file tool": (attribution.TOOL, ["02"], {}, f"was changed by a call of task 02{READ}"),
    "two file tools": (attribution.TOOL, ["02", "03"], {}, f"was changed by a call of task 02 and task 03{READ}"),
    "a command": (attribution.COMMAND, ["02"], {}, f"{BY_02}{READ}"),
    "nobody": (
        attribution.OUTSIDE,
        [],
        {},
        f"changed, though no call under way names it (an editor, or a process that was left running?){READ}",
    ),
    "commands": (
        attribution.UNCLEAR,
        ["02", "03", "main"],
        {},
        f"changed while commands of task 02, task 03 and the main conversation {UNTOLD}{READ}",
    ),
    "or its own": (
        attribution.UNCLEAR,
        ["02"],
        {"possible": True},
        f"changed while calls of yours and of task 02 {UNTOLD}{READ}",
    ),
}


@pytest.mark.parametrize("case", TO_OWNER)
def test_the_owner_is_told_who_changed_it_and_where_the_version_before_is(three: Desk, case: str) -> None:
    kind, others, more, said = TO_OWNER[case]
    (told,) = tell(three, kind, others, **more)["01"]  # type: ignore[arg-type]
    name = objects.digest(b"old\n")
    assert told == f"a.txt belongs to you and {said}{BEFORE.format(name[:8])}"
    assert (three.root / told.partition("kept in ")[2].rstrip(".")).read_bytes() == b"old\n"


def test_the_owner_gets_back_what_it_had_written_last(three: Desk) -> None:
    (told,) = tell(three, attribution.COMMAND, ["02"], lost=b"mine\n")["01"]
    assert (three.root / told.partition("kept in ")[2].rstrip(".")).read_bytes() == b"mine\n"


@pytest.mark.parametrize("before", [objects.ABSENT, objects.NOT_KEPT])
def test_where_there_was_no_version_none_is_promised(three: Desk, before: str) -> None:
    (told,) = tell(three, attribution.COMMAND, ["02"], before=before)["01"]
    assert told == f"a.txt belongs to you and {BY_02}{READ}"
    assert not (three.root / ".fanout" / "conflicts").exists()


def test_the_main_conversation_is_told_that_it_may_have_been_the_user(three: Desk) -> None:
    told = tell(three, attribution.COMMAND, ["02"], owner="main")
    assert f"{BY_02}: that command did it, or the user{READ}" in told["main"][0]
    assert told["02"] == [
        "While your command ran, a.txt of the main conversation changed, by no call of the main conversation: your command "
        "did it, or the user. Both versions are kept and the main conversation is told: leave it, and don't run the command "
        "again meanwhile unless you know that it does not write there."
    ]


@pytest.mark.parametrize(
    ("after", "said"),
    [(objects.ABSENT, "a.txt is not there, as before, though calls"), (None, "a.txt was written while calls")],
)
def test_what_is_as_before_is_said_to_its_owner_alone(three: Desk, after: str | None, said: str) -> None:
    told = tell(three, attribution.AS_BEFORE, ["02"], after=after, before=after, possible=True)
    assert told["01"][0].startswith(f"{said} of yours and of task 02 ran")
    assert [told[name] for name in ("02", "03", "main")] == [[], [], []]


KEPT = "Both versions are kept and task 01 is told: leave it to task 01"
AGAIN = ", and don't run the command again meanwhile unless you know that it does not write there."
FINISHED = "which had finished with it: its work is in no commit yet."
PUT_BACK = "If your command did it, put it back unless your task is to change it."
IN_FOLDER = "The versions before are kept in .fanout/conflicts."
TO_OTHER: dict[str, tuple[str, bool, int, str | None, str]] = {
    # the verdict, whether the owner still works, how many files, the version before, what is said
    "a command": (
        attribution.COMMAND,
        True,
        1,
        None,
        f"While your command ran, a.txt of task 01 changed, by no call of task 01. {KEPT}{AGAIN}",
    ),
    "not kept": (
        attribution.COMMAND,
        True,
        1,
        objects.NOT_KEPT,
        "While your command ran, a.txt of task 01 changed, by no call of task 01. Task 01 is told: leave it to task 01"
        + AGAIN,
    ),
    "after the owner's end": (
        attribution.COMMAND,
        False,
        1,
        None,
        f"While your command ran, a.txt of task 01 changed, {FINISHED}{{}} {PUT_BACK}",
    ),
    "two after its end": (
        attribution.COMMAND,
        False,
        2,
        None,
        f"While your command ran, a.txt, b.txt of task 01 changed, {FINISHED} {IN_FOLDER} {PUT_BACK}",
    ),
    "eight": (
        attribution.COMMAND,
        False,
        8,
        objects.ABSENT,
        f"While your command ran, a.txt, b.txt, c.txt, d.txt, e.txt, f.txt, g.txt, h.txt of task 01 changed, {FINISHED} "
        f"{PUT_BACK}",
    ),
    "ten": (
        attribution.COMMAND,
        False,
        10,
        None,
        f"While your command ran, a.txt, b.txt, c.txt, d.txt, e.txt, f.txt, g.txt, h.txt and 2 more of task 01 changed, "
        f"{FINISHED} {IN_FOLDER} {PUT_BACK}",
    ),
    "unclear": (
        attribution.UNCLEAR,
        True,
        1,
        None,
        f"While your command and others' ran, a.txt of task 01 changed: which of them did it can't be told. {KEPT}, and go "
        "on.",
    ),
    "unclear, after its end": (
        attribution.UNCLEAR,
        False,
        1,
        None,
        "While your command and others' ran, a.txt of task 01 changed: which of them did it can't be told. Go on.{}",
    ),
    "unclear, nothing before": (
        attribution.UNCLEAR,
        False,
        1,
        objects.ABSENT,
        "While your command and others' ran, a.txt of task 01 changed: which of them did it can't be told. Go on.",
    ),
}


@pytest.mark.parametrize("case", TO_OTHER)
def test_those_whose_commands_ran_are_told_once_of_all_files(three: Desk, case: str) -> None:
    kind, is_live, files, before, said = TO_OTHER[case]
    if not is_live:
        end(three, "01")
    told = tell(three, kind, ["02", "03"] if kind == attribution.UNCLEAR else ["02"], files=files, before=before)
    name = objects.digest(b"old\n")
    assert told["02"] == [said.format(BEFORE.format(name[:8]))]
    assert told["03"] == (told["02"] if kind == attribution.UNCLEAR else [])
    assert len(told["01"]) == (files if is_live else 0)


def test_who_has_ended_is_told_nothing_and_who_knows_what_it_wrote_neither(three: Desk) -> None:
    assert tell(three, attribution.TOOL, ["02"])["02"] == []
    assert tell(three, attribution.COMMAND, ["02"], named=True)["02"] == []
    end(three, "02")
    told = tell(three, attribution.UNCLEAR, ["02", "03"])
    assert told["02"] == [] and "while commands of task 02 and task 03 ran" in told["01"][0] and told["03"]


@pytest.mark.parametrize(
    ("kind", "more", "about", "own"),
    [
        (attribution.TOOL, {}, "02", ""),
        (attribution.COMMAND, {"named": True, "possible": True}, "02", "named"),
        (attribution.UNCLEAR, {"possible": True}, "01", "possible"),
        (attribution.OUTSIDE, {}, "01", ""),
    ],
)
def test_the_journal_holds_it_of_whom_it_is_known(
    three: Desk, kind: str, more: dict[str, bool], about: str, own: str
) -> None:
    others = [] if kind == attribution.OUTSIDE else ["02"]
    tell(three, kind, others, **more)  # type: ignore[arg-type]
    (event,) = journal.events(three.db, three.run, "conflict")
    said = json.loads(event.data)
    assert (event.task, event.agent, said["path"], said["own"]) == (about, NUMBER[about], "a.txt", own)
    assert (said["of"], said["how"], said["meanwhile"]) == ("task 01", kind, [f"task {name}" for name in others])


def test_another_runs_files_are_said_as_they_are_found_from_here(three: Desk) -> None:
    """A run whose base is a folder: its agents are told paths from there."""
    with Write(three.db):
        three.db.execute("UPDATE run SET base = 'pkg'")
    (told,) = tell(three, attribution.COMMAND, ["02"])["01"]
    assert told.startswith(f"{Path(three.root, 'a.txt')} belongs to you") and f"kept in {three.root}/.fanout/" in told

"""The rules that benchmarks/words_said.py judges sentences by: true ones and false ones of each kind."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from project import benchmark

words = benchmark("words_said")

COMMIT, OTHER = "0123456789ab", "0123456789ac"
CHECK = "npx vitest run b"
TAKEN = (
    "While this command ran a commit took in half-done work of siblings: {} (commit {}). Leave the history as it is, say it "
    "in your result line, and commit only your own files by name."
)
YOURS = (
    "{}, which is yours, went into commit {} as it was while you worked; a command of task {} ran at that time. Go on: what "
    "you still change is committed later."
)
LATER = (
    "No longer as {} left it when it was judged, {}: {}. Look at it, and tell the user; `fanout diff demo-1/{}` shows what it "
    "did."
)
UNSEEN = "by no write that a hook saw"
BLAMED = (
    "src/{} belongs to you and changed while a command of task {} ran, by no call of yours. "
    "Read it again before you write it."
)
UNSURE = (
    "src/{} belongs to you and changed while calls of yours and of task {} ran: which of them did it can't be told. Read it "
    "again before you write it."
)
RAN = (
    "While your command ran, src/{} of task {} changed, by no call of task {}. Both versions are kept and task {} is told: "
    "leave it to task {}, and don't run the command again meanwhile unless you know that it does not write there."
)
AFTER = (
    "While your command ran, src/{} of task {} changed, which had finished with it: its work is in no commit yet. If your "
    "command did it, put it back unless your task is to change it."
)
OWNED = "src/{} belongs to task {} ({}, since {}), which still works on it. Don't write it another way."
STALE = (
    "{} was changed by task {} at {}, after you began. Read it again and keep that change; if your task needs this file, "
    "then write it. This is said only once."
)
BEYOND = (
    "{} also changed what it does not declare: {}. Tell the user. `fanout diff demo-1/{}` shows it, `fanout undo "
    "demo-1/{} {}` takes that back alone; `fanout commit` takes it only with --beyond."
)
FAILED = (
    "b failed: its check failed: `{}` exited {}: Error. {} Tell the user. `fanout retry demo-1/b` takes its "
    "changes back and does it anew (`--note '...'` tells its agent more), `fanout skip demo-1/b` goes on without "
    "it; fixed by hand: `fanout done demo-1/b`."
)
HELD = "c needs it and doesn't start; nothing else waits for it."
FIGURES = (
    "Measured: {} s of agents' work added up (1 that ended without a result is not counted), {} s from the first start to "
    "the last end: {} times faster than their times added up; at most 2 at once."
)
NO_FASTER = (
    "Measured: {} s from the first start to the last end; no speedup is claimed, as 1 agent ended without a result."
)
OVER = (
    "The run stands still. Not started, what it needs failed: c. Not done: b failed: x. To go on: `fanout retry demo-1/b` takes "
    "its changes back and does it anew (`--note '...'` tells its agent more), `fanout skip demo-1/b` goes on without it; "
    "fixed by hand: `fanout done demo-1/b`{}. {} "
    "Tell the user the result in a few lines; `fanout report demo-1` has the details."
)
STARTS = "; what it held up starts then"
LAUNCH = (
    "Send exactly this Agent call now, then end your turn:\n```json\n"
    '{{"launch":[{{"description": "x", "prompt": "Run `fanout brief demo-1/{}` and follow it."}}]}}\n```'
)


def clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


def truth_of(root: Path) -> Any:
    """Tasks a and b are asked for at 100 and at work from 101 to 125; b fails its check at 126, and c, which needs it, never
    begins. A program of a's wrote src/b.md at 115, b its own at 105 by a call that said what and at 118 by one that did not;
    somebody wrote src/a.md at 127, and a wrote elsewhere.md at 108."""
    truth = words.Truth.__new__(words.Truth)
    truth.root, truth.there, truth.over, truth.exchanges, truth.hooks = root, {"src/b.md"}, 140.0, [], {}
    truth.tasks = {
        name: {"patterns": [path], "accept": accept, "reads_only": False, "needs": needs}
        for name, path, accept, needs in (
            ("a", "src/a.md", [], []),
            ("b", "src/b.md", [CHECK], []),
            ("c", "c.md", [], ["b"]),
        )
    }
    calls = [(104.0, 106.0), (109.0, 121.0), (122.0, 124.0), (132.0, 134.0)]
    ran = [(110.0, 120.0, "make test")]
    truth.agents = {
        "1": words.Agent("a", 101.0, 125.0, "DONE|a|x", ran, calls, [125.0], 100.0, 130.0),
        "2": words.Agent(
            "b", 101.0, 125.0, "DONE|b|x", [(117.0, 119.0, "sed -i 's/x/y/' src/b.md")], calls, [125.0], 100.0, 131.0
        ),
    }
    truth.looks = [110.0, 117.0, 119.0, 120.0]
    truth.made = [
        words.Made("b", "src/b.md", 104.0, 106.0, True, "2", True),
        words.Made("a", "src/b.md", 115.0, 115.0, False),
        words.Made("b", "src/b.md", 117.0, 119.0, False, "2"),
        words.Made("b", "src/a.md", 127.0, 127.0, False),
        words.Made("a", "elsewhere.md", 107.0, 108.0, True, "1"),
        words.Made("a", "src/a.md", 107.0, 108.0, True, "1"),
    ]
    truth.tried, truth.swept = [], []
    truth.tools = [[126.0, ["npx", "vitest", "run", "b"], 1]]
    truth.commits = {COMMIT: (115.0, {"src/b.md"})}
    states = {"a": "done", "b": "failed", "c": "pending"}
    facts = [{"id": name, "state": state} for name, state in states.items()]
    truth.facts = {"started": 100.0, "troubles": [], "denials": [], "tasks": facts, "measured": {"sentence": ""}}
    return truth


TABLE = [
    ("a", 130, TAKEN.format("src/b.md", COMMIT), ""),
    ("a", 130, TAKEN.format("src/b.md, c.md", COMMIT), f"c.md is not in {COMMIT}"),
    ("a", 130, TAKEN.format("src/b.md", OTHER), f"src/b.md is not in {OTHER}"),
    ("c", 130, TAKEN.format("src/b.md", COMMIT), f"no command of c ran as {COMMIT} was made"),
    ("b", 130, TAKEN.format("src/b.md", COMMIT), f"no command of b ran as {COMMIT} was made"),
    ("b", 130, YOURS.format("src/b.md", COMMIT, "a"), ""),
    ("b", 130, YOURS.format("src/b.md", COMMIT, "c"), f"no command of c ran as {COMMIT} was made"),
    ("", 130, "fanout demo-1: 1 more can start by now. Send exactly this Agent call now", ""),
    ("", 130, "fanout demo-1: 2 more can start by now. Send exactly these", "only ['c'] have not begun"),
    ("", 130, "This message left 2 ready tasks out; agents run side by side", "only ['c'] have not begun"),
    ("", 130, LATER.format("a", UNSEEN, "src/a.md holds something else", "a"), ""),
    ("", 130, LATER.format("a", UNSEEN, "src/a.md is gone", "a"), "src/a.md is not so"),
    ("", 130, LATER.format("a", UNSEEN, "src/b.md holds something else", "a"), "nobody wrote src/b.md since then"),
    ("", 130, LATER.format("b", UNSEEN, "src/a.md holds something else", "b"), "b left no src/a.md"),
    ("", 130, LATER.format("a", "since a command of task b ran", "src/a.md holds something else", "a"), ""),
    ("", 130, LATER.format("b", "since a command of task c ran", "src/b.md is gone", "b"), "task c did not write src/b.md since"),
    ("", 130, LATER.format("task a", "since commands of task c and task b ran", "src/a.md is gone", "a"), "src/a.md is not so"),
    ("b", 120, BLAMED.format("b.md", "a"), ""),
    ("b", 114, BLAMED.format("b.md", "a"), "src/b.md: no write of a explains it"),
    ("b", 120, BLAMED.format("b.md", "c"), "src/b.md: no write of c explains it"),
    ("b", 120, BLAMED.format("a.md", "a"), "src/a.md is not of b"),
    ("b", 120, BLAMED.format("b.md", "a") + " The version before is kept in .fanout/x.", "nothing is kept in .fanout/x"),
    ("b", 120, UNSURE.format("b.md", "a"), ""),
    ("b", 120, UNSURE.format("b.md", "c"), "no command of ['c'] ran then"),
    ("b", 113, UNSURE.format("b.md", "a"), "src/b.md: no write of a, b explains it"),
    ("a", 121, RAN.format("b.md", *"bbbb"), ""),
    ("a", 121, RAN.format("a.md", *"bbbb"), "src/a.md is not of b"),
    ("b", 121, RAN.format("a.md", *"aaaa"), "src/a.md: no write of b explains it"),
    ("a", 121, AFTER.format("b.md", "b"), "b has not ended"),
    ("a", 121, "While your command ran, something changed.", "it is not of the known form"),
    ("a", 106, OWNED.format("b.md", "b", "declared in the plan", clock(100)), ""),
    ("a", 106, OWNED.format("b.md", "b", "declared in the plan", clock(90)), f"it is not so since {clock(90)}"),
    ("a", 135, OWNED.format("b.md", "b", "declared in the plan", clock(100)), "b is not at work"),
    ("a", 106, OWNED.format("b.md", "c", "declared in the plan", clock(100)), "c is not at work"),
    ("b", 124, OWNED.format("b.md", "a", "declared in the plan", clock(100)), "a does not declare src/b.md"),
    ("b", 109, STALE.format("elsewhere.md", "a", clock(108)), ""),
    ("b", 109, STALE.format("elsewhere.md", "a", clock(120)), "a did not write it then"),
    ("b", 109, STALE.format("src/b.md", "a", clock(115)), "a did not write it then"),
    ("", 130, BEYOND.format("a", "elsewhere.md (created)", "a", "a", "elsewhere.md"), ""),
    ("", 130, BEYOND.format("a", "elsewhere.md (changed)", "a", "a", "elsewhere.md"), "elsewhere.md was not changed"),
    ("", 130, BEYOND.format("b", "elsewhere.md (created)", "b", "b", "elsewhere.md"), "b did not write elsewhere.md"),
    ("", 130, BEYOND.format("a", "src/a.md (created)", "a", "a", "src/a.md"), "a declares src/a.md"),
    ("", 130, "a done", ""),
    ("", 124, "a done", "a did not say so"),
    ("", 131, "a done", "a did not say so"),
    ("", 131, "b done", "b did not say so"),
    ("", 131, FAILED.format(CHECK, 1, HELD), ""),
    ("", 131, FAILED.format(CHECK, 2, HELD), "that check did not end so"),
    ("", 131, FAILED.format("npx other", 1, HELD), "b is not checked by that"),
    ("", 131, FAILED.format(CHECK, 1, "No other task waits for it."), "['c'] need b"),
    ("", 131, "fanout demo-1: 1 of 3 done, 1 failed (b).", ""),
    ("", 131, "fanout demo-1: 2 of 3 done, 1 failed (b).", "1 to 1 are done"),
    ("", 131, "fanout demo-1: 1 of 3 done, 1 running (b).", "['b'] does not run"),
    ("", 120, "fanout demo-1: 0 of 3 done, 1 running (a).", "['b'] runs too"),
    ("", 120, "fanout demo-1: 0 of 3 done, 2 running (a, b).", ""),
    ("", 130, "a done\nfanout demo-1: 0 of 3 done, 2 running (a, b).", "['a'] does not run"),
    ("", 129, "a done\nfanout demo-1: 0 of 3 done, 2 running (a, b).", "['a'] is done, by the same text"),
    ("", 120, "Nothing to launch now. End your turn: you are told when they finish.", ""),
    ("", 120, "Nothing to launch now; c needs b. End your turn: you are told when they finish.", ""),
    ("", 132, "Nothing to launch now. End your turn: you are told when they finish.", "nothing runs"),
    ("", 132, LAUNCH.format("c"), "c needs ['b']"),
    ("", 132, LAUNCH.format("a"), "a has begun"),
    ("", 132, OVER.format(STARTS, NO_FASTER.format("25.0")), ""),
    ("", 132, OVER.format("", NO_FASTER.format("25.0")), "['c'] need what failed"),
    ("", 132, OVER.format(STARTS, "Nothing is done, so no times are compared."), "something is done"),
    ("", 120, OVER.format(STARTS, "Nothing was measured."), "['a', 'b'] runs"),
    ("", 132, OVER.format(STARTS, FIGURES.format("48.0", "25.0", 1.9)), "the work took 24.0 to 30.0 s"),
    ("", 132, OVER.format(STARTS, NO_FASTER.format("50.0")), "it went on for 24.0 to 31.0 s"),
    ("", 132, OVER.format(STARTS, FIGURES.format("24.0", "25.0", 2.0)), "it is 0.96 times"),
    ("", 130, "All is well.", "no rule knows it"),
]  # fmt: skip


@pytest.mark.parametrize(("to", "at", "text", "why"), TABLE)
def test_what_is_so_is_taken_and_what_is_not_so_is_found(
    tmp_path: Path, to: str, at: float, text: str, why: str
) -> None:
    (tmp_path / "src").mkdir()
    for name in "ab":
        (tmp_path / "src" / f"{name}.md").write_text("x\n")
    truth = truth_of(tmp_path)
    event = "UserPromptSubmit" if not to else "PostToolUse"
    agent = next((key for key, one in truth.agents.items() if one.task == to), "")
    judge = words.Judge(truth, [words.Sentence(float(at), to, agent, event, text)])
    found = [one.split(f": to {to or 'main'}: ")[0] for one in judge.wrong if "passed over" not in one]
    assert found == ([why] if why else [])


def test_one_write_explains_one_sentence_to_each_reader(tmp_path: Path) -> None:
    said = [words.Sentence(at, "b", "2", "PostToolUse", BLAMED.format("b.md", "a")) for at in (120.0, 125.0)]
    judge = words.Judge(truth_of(tmp_path), said)
    assert [one.split(": to b")[0] for one in judge.wrong] == ["src/b.md: it was told already"]


def test_an_overwrite_that_nobody_was_told_of_is_found(tmp_path: Path) -> None:
    truth = truth_of(tmp_path)
    assert words.Judge(truth, []).wrong == ["passed over: a wrote src/b.md of b"]
    truth.looks = []
    truth.made.append(words.Made("b", "src/b.md", 116.0, 116.5, True, "2", True))
    judge = words.Judge(truth, [])
    assert judge.wrong == [] and judge.counts["overwrites that left nothing to be seen"] == 1, (
        "b put a whole file over it"
    )


def test_the_report_says_what_agents_were_told(tmp_path: Path) -> None:
    truth = truth_of(tmp_path)
    trouble = {"kind": "conflict", "path": "src/b.md", "of": "task b", "how": "command", "own": "", "at": 15.0}
    truth.facts["troubles"] = [{**trouble, "meanwhile": ["task a"]}, {**trouble, "meanwhile": ["task c"]}]
    truth.facts["denials"] = [{"task": "a", "at": 6.0, "reason": "src/b.md belongs to task b"}]
    truth.facts["measured"]["sentence"] = "Nothing is done, so no times are compared."
    wrong = words.Judge(truth, list(words.reported(truth))).wrong
    assert [one.split(": to main: ")[0] for one in wrong] == [
        "src/b.md: no write of c explains it",
        "nobody was told so",
        "something is done",
    ]

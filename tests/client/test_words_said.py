"""The rules that benchmarks/words_said.py judges sentences by, where whole runs seldom meet them: true ones and false ones."""

from __future__ import annotations

import pytest
from project import benchmark

words = benchmark("words_said")

COMMIT, OTHER = "0123456789ab", "0123456789ac"
TAKEN = (
    "While this command ran a commit took in half-done work of siblings: {} (commit {}). Leave the history as it is, say it "
    "in your result line, and commit only your own files by name."
)
YOURS = (
    "{}, which is yours, went into commit {} as it was while you worked; a command of task {} ran at that time. Go on: what "
    "you still change is committed later."
)
LATER = (
    "No longer as a left it when it was judged, by no write that a hook saw: src/a.md {}. Look at it, and tell the user; "
    "`fanout diff demo-1/a` shows what it did."
)
TABLE = [
    ("a", TAKEN.format("src/b.md", COMMIT), ""),
    ("a", TAKEN.format("src/b.md, c.md", COMMIT), f"c.md is not in {COMMIT}"),
    ("a", TAKEN.format("src/b.md", OTHER), f"src/b.md is not in {OTHER}"),
    ("c", TAKEN.format("src/b.md", COMMIT), f"no command of c ran as {COMMIT} was made"),
    ("b", TAKEN.format("src/b.md", COMMIT), "src/b.md is not of ['a', 'c']"),
    ("b", YOURS.format("src/b.md", COMMIT, "a"), ""),
    ("a", YOURS.format("src/b.md", COMMIT, "a"), "src/b.md is not of ['a']"),
    ("b", YOURS.format("src/b.md", COMMIT, "c"), f"no command of c ran as {COMMIT} was made"),
    ("", "fanout demo-1: 1 more can start by now. Send exactly this Agent call now", ""),
    ("", "fanout demo-1: 2 more can start by now. Send exactly these", "only ['c'] have not begun"),
    ("", "This message left 2 ready tasks out; agents run side by side", "only ['c'] have not begun"),
    ("", LATER.format("holds something else"), ""),
    ("", LATER.format("is gone").replace("src/a.md", "src/b.md"), "nobody wrote src/b.md unseen since then"),
]


@pytest.mark.parametrize(("to", "text", "why"), TABLE)
def test_what_is_so_is_taken_and_what_is_not_so_is_found(to: str, text: str, why: str) -> None:
    """Tasks a and b run from 0 to 25, c has not begun; a's command ran as the commit was made; somebody wrote src/a.md at 27,
    src/b.md at 20."""
    truth = words.Truth.__new__(words.Truth)
    truth.tasks = {name: {"patterns": [path]} for name, path in (("a", "src/a.md"), ("b", "src/b.md"), ("c", "c.md"))}
    truth.agents = {
        "1": words.Agent("a", 0.0, 25.0, "DONE|a|x", [(10.0, 20.0)]),
        "2": words.Agent("b", 0.0, 25.0, "DONE|b|x", []),
    }
    truth.made = [words.Made("b", "src/a.md", 27.0, 27.0, False), words.Made("a", "src/b.md", 20.0, 20.0, False)]
    truth.commits = {COMMIT: (15.0, {"src/b.md"})}
    judge = words.Judge.__new__(words.Judge)
    judge.truth = truth
    said = words.Sentence(30.0, to, "", "PostToolUse", text)
    assert [words.RULES[kind](judge, said, line) for kind, line in words._split(said)] == [why]

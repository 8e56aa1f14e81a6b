"""Of all that git says of a failure, the line that tells why."""

from __future__ import annotations

import pytest

from fanout.run.changes import git

ADVICE = "\nPlease make sure you have the correct access rights\nand the repository exists.\n"


REMOTE = "fatal: 'origin' does not appear to be a git repository"
DECLINED = "! [remote rejected] x -> x (hook declined)"
BEHIND = "! [rejected]  x -> x (fetch first)"


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (f"{REMOTE}\nfatal: Could not read from remote repository.\n{ADVICE}", REMOTE),
        (f"To /hub\n {DECLINED}\nerror: failed to push some refs to '/hub'\n", DECLINED),
        (f" {BEHIND}\nerror: failed to push\nhint: Updates were rejected because\n", BEHIND),
        ("ssh: no route to host\n", "ssh: no route to host"),
        ("hint: nothing else\n", "git said nothing"),
        ("", "git said nothing"),
    ],
)
def test_the_line_that_says_why(said: str, line: str) -> None:
    assert git.trouble(said) == line

"""What a git command does with the stash, by what is typed, and how entries are called. Whose they are:
test_other_work_trees.py."""

from __future__ import annotations

import pytest

from fanout import shell
from fanout.hooks.guarding import stash_ownership

# What each command does with the stash, and the entry that it names.
TAKEN = """
git stash                                 | push
git stash -u                              | push
git stash push -- a.py                    | push
git stash save x                          | push
git stash list                            |
git stash show -p stash@{1}               |
git stash create                          |
git stash store abc                       |
git stash apply                           |
git stash apply 1                         |
git stash pop                             | pop
git stash pop 1                           | pop 1
git stash pop --index stash@{2}           | pop stash@{2}
git stash drop                            | drop
git stash drop -q 2                       | drop 2
git stash clear                           | clear
git stash branch fix                      | branch
git stash branch fix 1                    | branch 1
git update-ref -d refs/stash              | clear
git update-ref refs/stash HEAD            | clear
git update-ref -d refs/heads/x            |
git reflog                                |
git reflog show refs/stash                |
git reflog expire --expire=now --all      | clear
git reflog expire --expire=now refs/stash | clear
git reflog expire --expire=now main       |
git reflog delete refs/stash@{0}          | clear
git reflog delete main@{0}                |
git reflog delete "$ENTRY"                | clear
git gc --prune=now                        |
git log refs/stash                        |
"""


def test_what_a_command_takes() -> None:
    told = [tuple(map(str.strip, line.split("|"))) for line in TAKEN.strip().splitlines()]
    found = []
    for line, _ in told:
        (effect,) = shell.analyse(line, "/r").git
        verb, words = stash_ownership.taken(effect)
        found.append((line, " ".join([verb, *words])))
    assert found == told


# An entry by its number, what the command names, how many the line has put there before, and whether it is meant.
MEANT = [
    (0, "", 0, True),
    (1, "", 0, False),
    (0, "0", 0, True),
    (1, "0", 0, False),
    (1, "1", 0, True),
    (0, "stash@{0}", 0, True),
    (0, "refs/stash@{0}", 0, True),
    (0, "refs/stash@{1}", 0, False),
    (12, "stash@{12}", 0, True),
    (0, "stash@{1}", 1, True),
    (1, "stash@{1}", 1, False),
    (0, "stash@{0}", 1, False),
    (3, "stash@{1.hour.ago}", 0, True),
    (3, "stash", 0, True),
]


@pytest.mark.parametrize(("number", "word", "pushed", "is_meant"), MEANT)
def test_which_entry_is_meant(number: int, word: str, pushed: int, is_meant: bool) -> None:
    entry = stash_ownership.Entry(number, 0.0, "")
    assert stash_ownership._is_meant(entry, [word] if word else [], pushed) is is_meant


@pytest.mark.parametrize(
    ("title", "branch"),
    [
        ("WIP on main: 1234abc the last commit", "main"),
        ("On main: mine", "main"),
        ("On feature/x: On main: mine", "feature/x"),
        ("WIP on (no branch): 1234abc x", "(no branch)"),
        ("another program's", ""),
    ],
)
def test_the_branch_that_an_entry_was_made_on(title: str, branch: str) -> None:
    assert stash_ownership.Entry(0, 0.0, title).on == branch

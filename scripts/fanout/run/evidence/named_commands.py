"""A result line that names a command which its agent ran: that is what it found. The client's record knows how it ended."""

from __future__ import annotations

import re

from fanout.run.agents import transcript

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

TOOLS = ("Bash", "PowerShell")
PARTS = re.compile(r"\s*(?:&&|\|\||[;|\n])\s*")
REDIRECTED = re.compile(r"\s*\d?[<>]+\s*(?:&\d|\S+)")
SAYS_NOTHING = frozenset(["cd", "echo", "printf", "true", ":", "set", "export", "sleep", "fanout", "pwd"])
ALONE = frozenset(
    [
        "pytest",
        "unittest",
        "tox",
        "nox",
        "mypy",
        "ruff",
        "eslint",
        "tsc",
        "jest",
        "vitest",
        "mocha",
        "prove",
        "rspec",
        "ctest",
    ]
)  # programs that are known by their names, without what they are to do
GOES_ON = ("run", "exec")  # no end of a name: "npm run lint" is not "npm run test"


def named(record: str, agent_id: str, said: str) -> tuple[str, bool] | None:
    """The last command that the agent ran and that these words name, and whether it passed; None for none. `record` is the
    main conversation's."""
    words = " ".join(said.replace("`", " ").split())
    for command, is_right in reversed(transcript.commands(record, agent_id, TOOLS)):
        if any(_is_in(name, words) for part in PARTS.split(command) for name in _names(part)):
            return command, is_right
    return None


def _names(part: str) -> Iterator[str]:
    """How somebody may call a command: whole, without its last words, by its program or module where that is known."""
    words = REDIRECTED.sub("", part).split()
    if not words or words[0] in SAYS_NOTHING:
        return
    module = words[2] if words[1:2] == ["-m"] and len(words) > 2 else words[0]
    if module in ALONE:
        yield module
    for end in range(2, len(words) + 1):
        if not words[end - 1].startswith("-") and words[end - 1] not in GOES_ON:
            yield " ".join(words[:end])
    if len(words) > 1:
        yield " ".join(words)


def _is_in(name: str, words: str) -> bool:
    return re.search(rf"(?<![\w/.-]){re.escape(name)}(?![\w/-])", words) is not None

"""What a task would touch, concluded from its words: the same rules for every format that does not say it."""

from __future__ import annotations

import re

from fanout.plan.read.prose.install_commands import installs
from fanout.plan.read.prose.mentions import Mention, mentions
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.read.reading_builder import Entry, Gather

EVERYTHING = "**"
SURE = 0.8  # what fanout.plan.order takes as said exactly
_TESTS = re.compile(
    r"(?:\A|/)(?:tests?|__tests__|specs?)/|(?:\A|/)test_|[._-](?:test|spec)\.\w+\Z|_test\.\w+\Z|Tests?\.\w+\Z|\.t\Z"
)
_STAGED = re.compile(r"\bgit\s+(?:add|stage)\s+((?:\\\n|[^\n&|;#])+)")
_NAMED_FILE = re.compile(r"[^/*?]\.\w+\Z")
EVERYWHERE = re.compile(
    r"\b(?:renam|replac|migrat|convert|reformat|format|remov|updat|chang|apply|delet)\w*\b.*\b(?:everywhere|"
    r"(?:across|throughout|in)\s+(?:the\s+)?(?:whole|entire|all)\s+(?:of\s+the\s+)?(?:code\s?base|project|repo(?:sitory)?|files)|"
    r"(?:across|throughout)\s+the\s+(?:code\s?base|project|repo(?:sitory)?))\b",
    re.IGNORECASE,
)
_PLACES = ("everywhere", "across", "through", "whole", "entire", "all")  # one of them stands in what it finds


def from_prose(entry: Entry, text: str, only_reads: bool = False) -> None:
    """Inferred writes and reads from the paths and commands in `text`; `only_reads` when the writes are stated."""
    if not text:
        return
    written = set(entry.get("writes"))
    for mention in _with_its_tests(list(mentions(text))):
        if mention.pattern in entry.own:
            continue
        if mention.mode == "write":
            if only_reads:
                continue
            entry.add("writes", [mention.pattern], mention.why, mention.confidence)
        elif mention.pattern not in written:
            entry.add("reads", [mention.pattern], mention.why, mention.confidence)
    if not only_reads and _everywhere(text.split("\n", 1)[0]):
        entry.add("writes", [EVERYTHING], "its words say that it changes files everywhere", 0.6)
    for command, files in installs(text):
        entry.add("writes", files, f"'{command}' changes the manifest and its lock file", 0.9)


def _with_its_tests(found: list[Mention]) -> list[Mention]:
    """A test that is named for a file which the words say is written, is written as surely, whatever stands between the two."""
    if len(found) < 2:
        return found
    sure = [one for one in found if one.mode == "write" and one.confidence >= SURE]
    stems = {_stem(one.pattern): one.pattern for one in sure if not _TESTS.search(one.pattern)}
    if not stems:
        return found
    return [
        one._replace(why=f"it is the test of {stems[_stem(one.pattern)]}", confidence=SURE)
        if one.mode == "write" and one.confidence < SURE and _TESTS.search(one.pattern) and _stem(one.pattern) in stems
        else one
        for one in found
    ]


def _stem(path: str) -> str:
    """`discount` of src/discount.py, test_discount.py, discount.spec.ts, DiscountTest.java, t/03-discount.t, in lower case."""
    name = path.rpartition("/")[2].partition(".")[0].lower()
    return re.sub(r"\A(?:test|spec|\d+)[_-]|[_-]?(?:tests?|spec)\Z", "", name)


def staged(entry: Entry, code: str) -> None:
    """Inferred writes from `git add` lines in a task's code: what it stages, it has written."""
    for match in _STAGED.finditer(code):
        words = [word for word in match[1].split() if not word.startswith("-")]
        paths = [path for path in map(as_path, words) if path and path not in entry.own and _NAMED_FILE.search(path)]
        entry.add("writes", paths, "its steps stage it with 'git add'", 0.9)


def _everywhere(line: str) -> bool:
    lower = line.lower()
    return any([word in lower for word in _PLACES]) and bool(EVERYWHERE.search(line))  # noqa: C419 - the loop is faster


def deliverable(entry: Entry, text: str) -> None:
    """A stated result: a path is a stated write, prose may still hold some."""
    path = as_path(text)
    if path is not None:
        entry.add("writes", [path])
    else:
        from_prose(entry, text)


def settle(gather: Gather, entry: Entry, words: str) -> None:
    """Decide how safe it is to run the task beside others. `words` is its title, or whatever tells what it does."""
    note = entry.note
    if note.status in ("completed", "skipped"):
        return
    if note.parallel is False:
        note.unsure = True
        return
    if entry.get("writes") or entry.fields.get("read_only"):
        return
    if only_looks(words):
        everything = [] if entry.get("reads") else [EVERYTHING]
        entry.add("reads", everything, "it only looks at the project, and names no file", 0.6)
        entry.infer("writes", "its first words change no file", 0.6)
    elif note.parallel:
        message = "said to be parallel, but it names no file that it writes: nothing can be checked"
        gather.warn("parallel-unproven", message, entry.id, "Name the files that it writes.")
    else:
        note.unsure = True
        entry.infer("writes", "it names no file that it writes, so it runs with no other task beside it", 0.2)

# ruff: noqa: RUF001 - arrows and dashes as people type them
"""What people put at the end of a task's line: "(2 hours)", "[~30 min]", "(M)", "→ test-engineer", "check: `make x`"."""

from __future__ import annotations

import re

from fanout.plan.read.prose import own_command, passing, vocabulary
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry
from fanout.plan.read.text import labelled_sections, markdown

_SIZE = re.compile(
    r"[(\[]\s*(?:est(?:imate[d]?|\.)?:?\s*|effort:?\s*|size:?\s*|time:?\s*)?[~≈<]?\s*"
    r"(?P<value>\d+(?:\.\d+)?(?:\s*[-–]\s*\d+(?:\.\d+)?)?\s*(?:h|hours?|hrs?|m|min(?:ute)?s?|d|days?|小时|分钟|天)|XS|S|M|L|XL)\s*[)\]]",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\d\s*[MD]\Z|\.\d+\s*m\Z")  # of something else than time: "sizes for people (1.2M)", "a view (3D)"
_AGENT = re.compile(
    r"(?:→|⟶|->|=>)\s*(?:@|agent:?\s*)?`?@?(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*-?"
    r"(?:agent|expert|engineer|developer|dev|specialist|reviewer|architect|writer|tester|designer|analyst|pro|lead))`?\s*[.)\]]*\s*\Z"
)


_HEADS = ("→", "⟶", ">")
_PROOF = re.compile(
    r"(?:\A|[\s;,.(–—-])\s*(?P<label>check(?:ed by)?|verif(?:y|ied by)|accept(?:ance)?|proof|done when|test(?:ed by)?)\s*[:：]\s*"
    r"`(?P<command>[^`\n]+)`(?:\s+(?:exits 0|passes|succeeds|is green))?[\s.)]*\Z",
    re.IGNORECASE,
)
# The same without a colon: "Done when `npm test` passes (write that test too)".
_PASSES = re.compile(
    r"(?:\A|[\s;,.(–—-])\s*(?P<label>(?:it(?:'s| is) )?(?:done|complete|finished|ready) (?:when|once|if)|until|(?:so|such) that) "
    r"`(?P<command>[^`\n]+)`\s+(?:exits 0|exits with 0|passes|succeeds|is green|works)(?P<more>\s*\([^()]*\))?[\s.)]*\Z",
    re.IGNORECASE,
)


def take(entry: Entry, text: str) -> None:
    """The estimate, the agent and the command that checks it, which the end of a task's line names."""
    own_command.take(entry, text)
    line = _passed(entry, _proven(entry, text.rstrip()))
    agent = _AGENT.search(line) if any([head in line for head in _HEADS]) else None  # noqa: C419 - the loop is faster
    if agent and "agent" not in entry.fields:
        entry.set("agent", agent["name"])
        line = line[: agent.start()].rstrip()
    last = line[line.rfind("(") :] if line.endswith(")") else line[line.rfind("[") :] if line.endswith("]") else ""
    size = _SIZE.fullmatch(last) if last else None
    if size and not _COUNT.search(size["value"]):
        labelled_sections.effort(entry, "size", size["value"])


def _proven(entry: Entry, line: str) -> str:
    """The line without the command that checks the task, which is its acceptance from now on."""
    if "`" not in line:
        return line
    found = _PASSES.search(line) or (_PROOF.search(line) if ":" in line or "：" in line else None)
    if found is None:
        return line
    command = found["command"].strip()
    if as_path(command) or (" " not in command and command not in vocabulary.COMMANDS):
        return line
    entry.accept("", command)
    entry.infer("accept", f'a command stands behind "{found["label"]}" at the end of its line', 0.8)
    return _cut(entry, line, found.start(), found["label"])


def _passed(entry: Entry, line: str) -> str:
    """The line without what it says at its end that the task has to pass."""
    said = passing.take(entry, line)
    if not said or line[said[-1].end :].strip(" .)"):
        return line
    return _cut(entry, line, said[-1].start, line[said[-1].start : said[-1].end])


def _cut(entry: Entry, line: str, start: int, words: str) -> str:
    """The line up to `start`; the title up to these words, which may stand there without their marks."""
    title = str(entry.fields["title"])
    cut = max(title.rfind(words), title.rfind(markdown.bare(words)))
    entry.fields["title"] = title[:cut].rstrip(" ;,.(–—-:") or title if cut > 0 else title
    return line[:start].rstrip(" ;,.(–—-")

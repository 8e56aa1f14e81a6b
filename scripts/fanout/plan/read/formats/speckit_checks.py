# ruff: noqa: RUF001 - full-width punctuation, as lists are written with it
"""What a phase of spec-kit is checked by: "**Checkpoint**: `npm test` passes", "**Independent Test**: `prove t/a.t`"."""

from __future__ import annotations

import re

from fanout.plan.read.formats.speckit_order import Phase
from fanout.plan.read.prose import own_command, passing, vocabulary
from fanout.plan.read.prose.path_words import as_path

_CHECKPOINT = re.compile(
    r"\s*(?:[-*>]\s+)?\*{0,2}Checkpoint\*{0,2}\s*[:：]\*{0,2}\s*[^`]*`(?P<command>[^`\n]+)`"
    r"(?:\s+(?:passes|succeeds|works|is green|exits (?:with )?0))?[\s.)]*\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:[-*>]\s+)?[*_]{0,2}(?:(?:Phase\s+|Story\s+)?Checkpoint|Independent(?:ly)?\s+(?:Test(?:able|ing|s)?|Verification|Check)"
    r"(?:\s+Criteri(?:a|on))?|(?:Story|Phase)\s+(?:Test|Verification|Validation|Check)s?|Test\s+Command)[*_]{0,2}"
    r"\s*[:：][*_]{0,2}\s*(?P<value>.*`.*)\Z",
    re.IGNORECASE,
)
_SPAN = r"`[^`\n]+`"
_ALL = re.compile(
    rf"(?:(?:re-?)?run\s+)?{_SPAN}(?:\s*(?:,|&|\band\b)+\s*{_SPAN})*(?:\s+(?:both\s+)?(?:pass(?:es)?|succeeds?|works?|(?:is|are)\s+green|"
    r"exits?\s+(?:with\s+)?0))?[\s.)]*\Z",
    re.IGNORECASE,
)
# "Run `npm test` and verify that all pass", "... Run `pytest -k uid` to validate."
_RUN = re.compile(
    rf"(?:\A|[.;:(]\s+|,\s+(?:then\s+)?)(?:re-?)?run\s+({_SPAN})(?=[\s.)]*\Z|[,.;)]\s|\s+(?:and|to)\s+(?:verify|check|confirm|validate|see|ensure)\b|"
    r"\s*(?:→|->|—|–|\s-\s))",
    re.IGNORECASE,
)
_TELLS_OF_FAILURE = re.compile(r"\bfail(?:s|ing|ed|ures?)?\b|\bred\b|\berrors?\b", re.IGNORECASE)
_NONE = re.compile(r"\b(?:no|zero|0|without)\s+(?:test\s+)?(?:failures?|errors?)\b", re.IGNORECASE)


def find(text: str) -> list[str]:
    """The commands that a line between the tasks says of its phase, if that is all it says, or they are known to check."""
    if "`" not in text:
        return []
    checked = _CHECKPOINT.match(text)
    if checked:
        return [one for one in [checked["command"].strip()] if _is_command(one)]
    said = _LABEL.match(text)
    if said is None:
        return []
    value = said["value"].strip()
    if _ALL.match(value):
        named = re.findall(_SPAN, value)
    elif _TELLS_OF_FAILURE.search(_NONE.sub("", value)):
        return []  # "run `npm test`: it fails first"
    else:
        named = [*_RUN.findall(value), *(f"`{one.command}`" for one in passing.find(value))]
    commands = list(dict.fromkeys(one.strip("` ") for one in named))
    return commands if commands and all(map(own_command.is_check, commands)) else []


def _is_command(text: str) -> bool:
    return not as_path(text) and (" " in text or text in vocabulary.COMMANDS)


def settle(phase: Phase) -> None:
    """What a phase is checked by judges the last of its open tasks, which waits for those that write what the command names."""
    open_ = [entry for entry in phase.entries if entry.note.status not in ("completed", "skipped")]
    for command in dict.fromkeys(phase.checks) if open_ else ():
        last = open_[-1]
        last.accept("", command)
        last.infer("accept", "a command stands in the checkpoint of its phase, or as its test", 0.7)
        for other in open_[:-1]:
            named = [path for path in other.get("writes") if path in command.split() and path not in last.get("writes")]
            if named and last.id not in other.get("depends_on"):
                last.add(
                    "depends_on", [other.id], f"its check runs {named[0]}, which {other.id} writes", 0.8, "created path"
                )

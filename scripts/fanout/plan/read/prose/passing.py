# ruff: noqa: RUF001 - full-width punctuation, as lists are written with it
"""Commands that a sentence says a task has to pass: "must pass `npm test`", "`npm test` must be green", "run `npm test` before
ticking it". What only speaks of passing is none: "`x` must pass the token", "when `npm test` passes"."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from fanout.plan.read.prose import vocabulary
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry

CHECKS = re.compile(
    r"test|check|lint|spec\b|verify|validate|\btsc\b|mypy|clippy|\bvet\b|\bprove\b|\bdiff\b|\bgrep\b", re.IGNORECASE
)


class Passed(NamedTuple):
    """A command, the words that ask for it, where they stand in the text, and whether they say must."""

    command: str
    label: str
    start: int
    end: int
    sure: bool


_ALONE = re.compile(
    r"make|pytest|tox|nox|mypy|tsc|jest|vitest|rspec|rake|phpunit|prove|ninja|ctest|mvn|(?:\./)?gradlew?|just|bats|mocha|ava|pest|"
    r"rubocop|golangci-lint|shellcheck"
)
_ENGLISH = frozenset(["open", "source", "export", "find", "test", "head", "tail", "just", "echo", "cat", "diff"])
_SCRIPT = re.compile(r"(?:\./|(?:\./)?(?:[\w-]+/)*(?:scripts?|bin|tools|ci|hack|dev)/)[\w./-]*\w")
_SCRIPT_ENDING = re.compile(r"\.(?!(?:sh|bash|zsh|bat|cmd|ps1)\Z)\w+\Z")  # of one that is no program by itself
_SHAPE = re.compile(r"\s--?[A-Za-z]|\s\|\s|\s&&\s|\s[\w-]*[./]")
_OPEN = re.compile(
    r"<[\w .-]+>|(?<!/)\.\.\.|…|\{\w*\}|\b(?:FILE|PATH|NAME|YOUR_\w+)\b"
)  # something to be filled in first
_SET = re.compile(r"[A-Za-z_]\w*=\S*\s+")

_SPAN = r"`(?P<command>[^`\n]+)`(?P<more>(?:\s*(?:,|&|\b(?:and|und|et|y|e)\b)+\s*`[^`\n]+`)*)"
_MUST = (
    r"(?:must|should|shall|will|needs?\s+to|ha(?:s|ve)\s+to|ha(?:s|ve)\s+got\s+to|ought\s+to|(?:is|are)\s+(?:supposed\s+|expected\s+)?to)"
    r"(?:\s+(?:still|also|both|all|then|always))?"
)
_TICK = r"(?:tick|mark|check|clos|commit|finish|merg|complet|call|count|mov|push|end|stop|done)\w*"
_BEFORE = (
    rf"before\s+(?:you\s+|it\s+(?:is\s+|counts\s+)?|the\s+(?:box|task|item)\s+(?:is\s+)?)?(?:{_TICK}|\Z)|at\s+the\s+(?:very\s+)?end|"
    r"afterwards|after\s+(?:it|that|each|every)\b|when\s+(?:you\s+are\s+|you'?re\s+|it\s+is\s+|it's\s+)?(?:done|finished|ready)|"
    r"to\s+(?:check|verify|prove|validate)\b|as\s+(?:the|a)\s+check|last\b"
)
# What may stand behind the command: the clause ends, or goes on with its time and manner, and not with what is passed on.
_ENDS = (
    r"(?=[*_]*(?:\s*(?:[.,;:)\]!。，；）]|\Z|[–—]|-\s|[(（](?![^()]*[)）]\s*on\b))|\s+(?:and|before|after|when|once|until|again|too|as\s+well|without|cleanly|afterwards|"
    r"with\s+(?:no|0|zero)|at\s+the\s+end|in\s+the\s+end|first|then|or\s+it|so\s+that|"
    r"now|locally|in|under|on\s+(?:windows|linux|mac\w*|ci|all|both|every|each|python|node|main)\b|"
    r"to\s+(?:count|be\s+(?:done|ticked|accepted|merged|complete))|for\s+(?:it|this|that)\s+to)\b))"
)
_PASS = (
    r"(?:pass|succeed|exit\s+(?:with\s+)?(?:code\s+)?(?:0|zero)|return\s+(?:0|zero)|"
    r"(?:be|stay|remain|come\s+out|come\s+back|run|keep)\s+(?:all\s+)?(?:green|clean(?:ly)?|passing|successful(?:ly)?|ok(?:ay)?)|"
    r"work|(?:run|go)\s+through|not\s+(?:fail|break)|(?:report|show|print|give|find|have)\s+no\s+(?:\w+\s+)?(?:errors?|failures?|warnings?|problems?|findings?))"
)
_PASSES = (
    r"(?:(?:still\s+|both\s+|all\s+)?(?:passes|pass|succeeds?)|exits?\s+(?:with\s+)?(?:code\s+)?(?:0|zero)|returns?\s+(?:0|zero)|"
    r"(?:is|are|stays?|remains?|comes?\s+out|comes?\s+back|runs?|keeps?)\s+(?:all\s+)?(?:green|clean(?:ly)?|passing|successful(?:ly)?))"
)
_OTHERS_MUST = (
    r"muss\s+(?:\w+\s+)?(?:grün\s+(?:sein|bleiben)|durchlaufen|laufen|bestehen|gelingen)|doit\s+(?:passer|réussir|être\s+vert)|"
    r"(?:debe|tiene\s+que)\s+(?:pasar|estar\s+en\s+verde)|deve\s+(?:passar|passare|essere\s+verde)|moet\s+(?:slagen|groen\s+zijn)|"
    r"должен\s+проходить|должны\s+проходить|必须(?:能)?通过|需要?通过|要通过|が通ること|が成功すること"
)
_FORMS = [
    (
        True,
        re.compile(
            rf"(?P<label>\b{_MUST}\s+pass(?:\s+with)?)(?:[*_]*\s+[*_]*|[*_]*\s*[:：][*_]*\s*){_SPAN}{_ENDS}",
            re.IGNORECASE,
        ),
    ),
    (
        True,
        re.compile(
            rf"(?P<label>\bdoit\s+passer|\b(?:debe|tiene\s+que)\s+pasar|\bdeve\s+(?:passar|passare|superare)|必须通过|需要?通过)\s*{_SPAN}{_ENDS}",
            re.IGNORECASE,
        ),
    ),
    (True, re.compile(rf"(?P<label>\bmuss\s+){_SPAN}\s+bestehen\b", re.IGNORECASE)),
    (True, re.compile(rf"{_SPAN}[\s*_]*(?P<label>\b{_MUST}\s+{_PASS}\b|{_OTHERS_MUST}){_ENDS}", re.IGNORECASE)),
    (True, re.compile(rf"(?P<label>\b(?:re-?)?run)\s+{_SPAN}\s+(?:{_BEFORE})", re.IGNORECASE)),
    (
        True,
        re.compile(
            rf"(?P<label>\bbefore\s+(?:you\s+)?{_TICK}(?:\s+(?:it|this|the\s+\w+|a\s+\w+))?,?\s+(?:re-?)?run)\s+{_SPAN}{_ENDS}",
            re.IGNORECASE,
        ),
    ),
    (
        True,
        re.compile(
            rf"(?P<label>\b(?:make|get|keep|leave|bring|have|needs?|expects?))\s+{_SPAN}\s+(?:to\s+)?(?:pass(?:ing)?|succeed|(?:be\s+|go\s+|to\s+)?green|run\s+through)"
            rf"{_ENDS}",
            re.IGNORECASE,
        ),
    ),
    (
        False,
        re.compile(
            r"(?P<label>\btests\s+(?:(?:still|all)\s+)?(?:pass|succeed|(?:are\s+|stay\s+)?green))\s*(?:(?:with|by|via|in|under)\s+|[(:：]\s*)"
            rf"{_SPAN}{_ENDS}",
            re.IGNORECASE,
        ),
    ),
    (False, re.compile(rf"(?P<label>\bpass(?:es|ing))\s+{_SPAN}{_ENDS}", re.IGNORECASE)),
    (False, re.compile(rf"(?P<label>\b(?:re-?)?run)\s+{_SPAN}(?=[\s.)*_]*\Z)", re.IGNORECASE)),
    (
        False,
        re.compile(rf"(?P<label>\btests?\s+(?:in|go\s+(?:in|into))\s+[^\s()]+\s+\(run)\s+{_SPAN}\)", re.IGNORECASE),
    ),
    (False, re.compile(rf"(?P<label>\btests?\s+(?:in|go\s+(?:in|into))\s+[^\s()]+)\s*\({_SPAN}\)", re.IGNORECASE)),
    (False, re.compile(rf"{_SPAN}\s+(?P<label>{_PASSES})\b{_ENDS}", re.IGNORECASE)),
    (
        False,
        re.compile(
            r"(?P<label>\b(?:check|checked|verify|verified|test|tested|prove|proved|proven|validate|validated)\s+(?:it\s+|this\s+)?"
            rf"(?:with|by|via)(?:\s+running)?)\s+{_SPAN}{_ENDS}",
            re.IGNORECASE,
        ),
    ),
]
_CUES = (
    "pass",
    "succeed",
    "exit",
    "return",
    "green",
    "clean",
    "run",
    "check",
    "verif",
    "test",
    "prove",
    "valid",
    "work",
    "through",
    "fail",
    "no ",
)
_CUES_BEYOND = ("muss", "doit", "debe", "tiene", "deve", "moet", "долж", "通过", "通る", "成功")
_CLAUSE = re.compile(
    r"(?:\A|[,;:.!?(\[–—。，；（]|\s-|\A[-*+]|\b(?:and|so|that|sure|ensure|then|with|und|et|y))[\s*_]*\Z", re.IGNORECASE
)
_IF = re.compile(
    r"\b(?:when|if|once|why|whether|how|because|although|unless|while|since|where|as\s+(?:long|soon)\s+as|wenn|falls|si)\s+(?:the\s+)?\Z",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|no\s+need|needn't|don't|doesn't|optional(?:ly)?|nicht|ne\s+pas)\b|不(?:需要|必)", re.IGNORECASE
)
_RUNS = re.compile(r"(?:run|tests?\s+(?:in|go\s+in|go\s+into)\s+\S+)\Z", re.IGNORECASE)
_RUNS_ON = re.compile(r"\b(?:work|through|fail|break|laufen)\Z", re.IGNORECASE)
_AT_END = re.compile(r"[\s.)*_]*(?:[(（][^()（）]*[)）][\s.]*)?")
_PARTED = re.compile(r"[.,;:(!?]\s")


def is_command(text: str) -> bool:
    """Whether a shell could run the text as a check as it stands: a known program with what it is to do, or a script."""
    text = _SET.sub("", text.strip().removeprefix("$ ").strip())
    first, blank, _rest = text.partition(" ")
    if not first or first.startswith("-") or _OPEN.search(text):
        return False
    if _SCRIPT.fullmatch(first) and not _SCRIPT_ENDING.search(first):
        return True
    if not blank:
        return bool(_ALONE.fullmatch(first)) and not as_path(text)
    return first in vocabulary.COMMANDS and (first not in _ENGLISH or bool(_SHAPE.search(text)))


def find(text: str) -> list[Passed]:
    """The commands in a text of one line, each once, in the text's order."""
    if "`" not in text or not _may_say(text):
        return []
    found: dict[str, Passed] = {}
    for sure, form in _FORMS:
        for match in form.finditer(text):
            if _is_said(text, match, sure):
                for command in _commands(match):
                    found.setdefault(command, Passed(command, match["label"], *match.span(), sure))
    return sorted(found.values(), key=lambda one: one.start)


def _may_say(text: str) -> bool:
    low = text.lower()
    return any(cue in low for cue in _CUES) or any(cue in low for cue in _CUES_BEYOND)


def _is_said(text: str, match: re.Match[str], sure: bool) -> bool:
    """Whether it is asked for: not under a condition, not denied, and all that is named can be run."""
    before = text[: match.start()]
    parts = _PARTED.split(before)
    if _IF.search(before) or _NOT.search(parts[-1]) or (not sure and not _CLAUSE.search(before)):
        return False
    commands = _commands(match)
    if _RUNS.search(match["label"]) and not any(CHECKS.search(one) or _is_script(one) for one in commands):
        return False  # "run `npm run fmt` before committing" changes files
    if _RUNS_ON.search(match["label"]) and not all(map(CHECKS.search, commands)):
        return False  # "`npm run dev` must work" never ends
    return bool(commands)


def _is_script(command: str) -> bool:
    return bool(_SCRIPT.match(command)) or command.partition(" ")[0] in ("make", "just")


def _commands(match: re.Match[str]) -> list[str]:
    """What is named, if all of it can be run; before words of passing what stands last: "Add `a.py`, `make a` must pass"."""
    named = [match["command"].strip(), *(one.strip() for one in re.findall(r"`([^`]+)`", match["more"]))]
    if match.start("label") < match.start("command"):
        return named if all(map(is_command, named)) else []
    return [*itertools.takewhile(is_command, reversed(named))][::-1]


def take(entry: Entry, line: str) -> list[Passed]:
    """Put what the line says that the task has to pass; returns it. In the middle of a line only what must pass counts."""
    found = [one for one in find(line) if one.sure or _AT_END.fullmatch(line, one.end)]
    for one in found:
        entry.accept("", one.command)
        entry.infer("accept", f'its words say "{one.label.strip()}" of a command', 0.8)
    return found

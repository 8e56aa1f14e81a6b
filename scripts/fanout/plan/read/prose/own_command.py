"""A task that is a command to be run, and what fails to be mended: "Run `python3 -m pytest -q` and fix what fails".

The command is what the task has to pass. Only what is known to check counts, tests, linters, type checks and builds: what
changes things, starts a server or is only to be reported on ("Run `make install`", "Run `npm test` and note what fails")
judges nothing.
"""

from __future__ import annotations

import re

from fanout.plan.read.prose import passing
from fanout.plan.read.reading_builder import Entry

_WITHIN = (
    r"(?:npx|bunx|pnpm\s+exec|yarn|poetry\s+run|uv\s+run|pdm\s+run|hatch\s+run|pipenv\s+run|bundle\s+exec|"
    r"python[\d.]*\s+-m|(?:\./)?(?:node_modules/\.bin|vendor/bin|\.venv/bin|venv/bin)/)"
)
_CHECKER = (
    r"pytest|py\.test|unittest|doctest|tox|nox|mypy|pyright|ruff\s+check|flake8|pylint|(?:vue-)?tsc|jest|vitest|mocha|ava|eslint|"
    r"stylelint|biome\s+(?:check|lint)|prettier\s+--check|black\s+--check|playwright\s+test|cypress\s+run|prove|rspec|phpunit|pest|"
    r"phpstan|ctest|bats|busted|shellcheck|rubocop|golangci-lint|yamllint|markdownlint"
)
_RUNNER = (
    r"(?:npm|pnpm|yarn|bun|deno|make|just|task|cargo|go|mvn|(?:\./)?mvnw|gradle|(?:\./)?gradlew|dotnet|mix|rake|rails|composer|"
    r"swift|flutter|dart|sbt|stack|cabal|zig|nx|turbo|meson|lein|rebar3)(?:\s+(?:run|-\S+))*\s+"
    r"(?:tests?|check|lint|typecheck|type-check|types|verify|validate|spec|vet|clippy|build|compile|unit|e2e)(?![\w.])\S*"
)
_SCRIPT = (
    r"(?:(?:ba|z)?sh\s+)?(?:\./)?(?:[\w.-]+/)*(?:run[-_])?(?:tests?|checks?|lint|verify|validate)(?:[-_]\w+)*(?:\.sh)?"
)
# A test that a language's own program runs: "node --test test/", "php tests/run.php", "perl t/a.t", "python manage.py test".
_LANGUAGE = r"(?:node|deno\s+run|python[\d.]*|php|perl|ruby|lua|Rscript|julia|(?:ba|z)?sh)"
_OF_TESTS = (
    rf"node\s+(?:--[\w=./-]+\s+)*--test(?![\w-])|python[\d.]*\s+(?:\S+/)?manage\.py\s+test\b|php\s+artisan\s+test\b|"
    rf"{_LANGUAGE}\s+(?:-\S+\s+)*(?:[\w.-]+/)*(?:(?:run[-_]?)?(?:all[-_]?)?tests?\.\w+|test_\w+\.\w+|\w+[._-]tests?\.\w+|"
    r"x?t/[\w./-]+\.(?:t|sh)|tests?/(?:run|all|main|runtests|index)\.\w+)(?=\s|\Z)|make\s+-C\s+\S+\s+(?:tests?|check|lint)(?![\w.])"
)
_KNOWN = re.compile(rf"(?:{_WITHIN}\s*)*(?:(?:{_CHECKER})(?![\w-])|{_RUNNER}|{_SCRIPT}(?=\s|\Z)|{_OF_TESTS})")
_CHANGES = re.compile(
    r"(?:^|[\s:_-])(?:fix|write|watch|install|deploy|publish|release|serve|server|dev|update|format|fmt|docker|seed)\b|\s-[wu]\b"
)
_ENV = re.compile(r"(?:[A-Za-z_]\w*=\S*\s+)+")

_SPAN = r"`(?P<command>[^`\n]+)`(?P<more>(?:\s*(?:,|&|\band\b)+\s*`[^`\n]+`)*)"
_WHAT = (
    r"(?:(?:all\s+|the\s+|whole\s+|full\s+|unit\s+|project'?s?\s+)*(?:tests?|test\s+suite|suite|checks?|linters?|build)\s*"
    r"(?:with|by|via|using|:|\()?\s*)?"
)
_MEND = r"(?:fix|repair|correct|resolve|address|mend|make|get|keep|ensure|confirm|verify|until)\b"
_OWN = re.compile(
    rf"[\s*_]*(?:re-?run|run|execute)\s+{_WHAT}{_SPAN}\)?"
    rf"(?:[\s.!*_]*\Z|[,;]?\s*(?:and|then|and\s+then|until)?\s*(?:{_MEND}|all\s+(?:is\s+)?green))",
    re.IGNORECASE,
)


def find(text: str) -> list[str]:
    """The commands that a task of these words is there to run, if all of them are checks."""
    said = _OWN.match(text) if "`" in text else None
    if said is None:
        return []
    named = [said["command"].strip(), *(one.strip() for one in re.findall(r"`([^`]+)`", said["more"]))]
    return named if all(map(is_check, named)) else []


def is_check(command: str) -> bool:
    """Whether all that a line runs is known to check and to end."""
    if not passing.is_command(command) or _CHANGES.search(command):
        return False
    parts = [part for part in re.split(r"\s*&&\s*", command) if not re.match(r"cd\s", part)]
    return bool(parts) and all(_KNOWN.match(_ENV.sub("", part)) for part in parts)


def take(entry: Entry, words: str) -> None:
    """What a task of these words has to pass."""
    for command in find(words):
        entry.accept("", command)
        entry.infer("accept", "it is a command to be run", 0.8)

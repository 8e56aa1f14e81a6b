"""Shared files that the words of a task mean and do not name: the readme, the router, translations, the lock file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from fanout.plan.model import Task

SAID = "their words say that it is brought up to date"
_CODE = r"(?:[cm]?[jt]sx?|py|rb|php|go|rs|java|kt|cs|dart|ex)"


class Sign(NamedTuple):
    """Words that mean a file (looked for where one of `cues` stands in them), which of the project's files that is, and why. The
    first group of `file` is a folder that stands for all that is in it."""

    cues: tuple[str, ...]
    words: re.Pattern[str]
    file: re.Pattern[str]
    why: str


def _sign(cues: str, words: str, file: str, why: str) -> Sign:
    return Sign(tuple(cues.split()), re.compile(words, re.IGNORECASE), re.compile(file), why)


SIGNS = (
    _sign(
        "readme",
        r"\b(?:updat|mention|document|describ|extend|add|not|list|explain|writ)\w*\b[^.\n]{0,60}\breadme\b(?!/|\.\w)",
        r"\AREADME(?:\.\w+)?\Z",
        SAID,
    ),
    _sign(
        "depend install",
        r"\b(?:add|install|upgrad|bump|pin)\w*\b[^.\n]{0,40}\bdependenc(?:y|ies)\b"
        r"(?! (?:injection|graph|tree|order|list|check|on\b|between\b|of\b|to t\d))"
        r"|\binstall\w* (?:the )?(?:new )?(?:package|library)\b",
        r"\A(?:package\.json|pyproject\.toml|requirements\.txt|Cargo\.toml|go\.mod|Gemfile|composer\.json|mix\.exs|pubspec\.yaml)\Z",
        "their words say that a dependency is added",
    ),
    _sign(
        "rout url",
        r"\b(?:register|wire|mount|hook|expose|add|plug)\w*\b(?! tests?\b)[^.\n]{0,50}\b(?:routes?|router|routing|url ?conf)\b",
        rf"(?:\A|/)(?:routes?|router|routing|urls)(?:/index|/mod|/__init__)?\.{_CODE}\Z",
        "new routes are registered there",
    ),
    _sign(
        "container inject provider",
        r"\b(?:register|bind|wire)\w*\b[^.\n]{0,50}\b(?:(?<!docker )container|injector|injection|providers?)\b",
        rf"(?:\A|/)(?:container|di|injection|injector|providers|app\.module|composition[-_]?root)\.{_CODE}\Z",
        "new services are registered there",
    ),
    _sign(
        "translat i18n l10n locali locale message",
        r"\b(?:add|updat|extend|writ|provid)\w*\b[^.\n]{0,50}\b(?:translations?|i18n|l10n|locali[sz]ations?|"
        r"locale (?:files?|keys?)|message (?:keys?|catalogs?)|translation keys?)\b|\btranslate\b",
        r"\A((?:.*/)??(?:locales?|i18n|l10n|translations?|lang)/).*\.(?:json|ya?ml|po|properties|arb|ftl|php)\Z",
        "translations are added there",
    ),
    _sign(
        "codegen regenerat generate protoc build_runner generator",
        r"\b(?:codegen|regenerat\w+|go generate|buf generate|protoc|prisma generate|openapi-generator[\w-]*|build_runner)\b",
        r"\A((?:.*/)??(?:__)?generated(?:__)?/)|\.generated\.\w+\Z|\.pb\.go\Z|_pb2(?:_grpc)?\.py\Z|\.g\.dart\Z",
        "code is generated anew there",
    ),
    _sign(
        "flag environment env config setting",
        r"\b(?:add|introduc|declar)\w*\b[^.\n]{0,50}\b(?:feature flag|env(?:ironment)? variable|"
        r"config(?:uration)? (?:key|option|setting|value|entry))s?\b"
        r"|\b(?:add|declar)\w*\b[^.\n]{0,50}\b(?:settings?|options?|keys?|flags?) (?:to|in) (?:the )?(?:\w+ )?"
        r"(?:config(?:uration)?|settings)\b(?! tests?\b)",
        rf"(?:\A|/)(?:config|configuration|settings|feature[-_]?flags)(?:/index|/__init__)?\.(?:{_CODE}|toml|ya?ml|json)\Z|\A\.env\.example\Z",
        "settings are declared there",
    ),
)


class Spoken:
    """What tasks of a project with these files mean; a file is looked for once."""

    def __init__(self, files: Collection[str]) -> None:
        self._files = files
        self._known: dict[Sign, str] = {}

    def of(self, task: Task) -> Iterator[tuple[str, str]]:
        """(path, why): what is to be changed and is not named."""
        if not self._files:
            return
        text = "\n".join([task.title, task.description, *(one.command or "" for one in task.accept)])
        lower = text.lower()
        for sign in SIGNS:
            if any(cue in lower for cue in sign.cues) and sign.words.search(text) and (path := self._path(sign)):
                yield path, sign.why

    def _path(self, sign: Sign) -> str:
        """The file that is meant, "" when the project has none, or several of which none lies highest."""
        if sign not in self._known:
            found = [(match.groups() or ("",))[0] or path for path in self._files if (match := sign.file.search(path))]
            self._known[sign] = _highest(set(found))
        return self._known[sign]


def _highest(paths: Collection[str]) -> str:
    least = min((path.rstrip("/").count("/") for path in paths), default=0)
    highest = [path for path in paths if path.rstrip("/").count("/") == least]
    return highest[0] if len(highest) == 1 else ""

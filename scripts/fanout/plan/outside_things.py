"""What tasks use outside their files, by their words and commands: a port, a database, a browser, a device, a build folder."""

from __future__ import annotations

import re
from typing import NamedTuple

from fanout.plan.model import Task


class Use(NamedTuple):
    """The words that say it, and how likely two such tasks that run at once get in each other's way."""

    words: str
    chance: float


# What stands there, the thing that it uses, and the chance of a clash; a group is the thing's number or name.
_SIGNS: tuple[tuple[re.Pattern[str], str, float], ...] = (
    (
        re.compile(
            r"\bPORT=(\d{2,5})\b|\blocalhost:(\d{2,5})\b|--port[= ](\d{2,5})\b|\bport (\d{2,5})\b", re.IGNORECASE
        ),
        "port:",
        0.4,
    ),
    (
        re.compile(
            r"\balembic (?:up|down)grade\b|\bprisma (?:migrate|db)\b|\b(?:rails|rake) db:\w+|\bmanage\.py (?:migrate|flush)\b|"
            r"\bknex migrate\b|\bflyway \w+|\bdiesel migration\b|\bsqlx migrate\b|\bsupabase (?:db|start|stop|migration)\b|"
            r"\b(?:dropdb|createdb|pg_restore|psql)\b|\b(?:run|apply) (?:the )?(?:database )?migrations\b"
        ),
        "database",
        0.4,
    ),
    (re.compile(r"\bplaywright test\b|\bcypress run\b|\bwdio run\b"), "browser", 0.2),
    (
        re.compile(
            r"\badb (?:install|shell|uninstall)\b|\bxcrun simctl\b|\bdetox test\b|\bmaestro test\b|\bflutter (?:drive|run)\b|"
            r"\bgradlew? connected\w*"
        ),
        "emulator",
        0.5,
    ),
    (re.compile(r"\bdocker[ -]compose (?:up|down|restart|stop)\b"), "docker compose", 0.5),
    (re.compile(r"\bdocker (?:run|rm|stop|start)\b[^\n&|;]*?--name[= ]([\w.-]+)"), "container:", 0.6),
    (re.compile(r"\bcargo (?:test|build|bench|clippy|run)\b"), "cargo target/", 0.1),
    (
        re.compile(
            r"\b(?:next|vite|webpack|astro|nuxt|turbo|ng) build\b|\b(?:npm|pnpm|yarn|bun)(?: run)? build\b|"
            r"\bgradlew? (?:assemble|build)\b|\bmvn (?:\S+ )*(?:package|install)\b"
        ),
        "build folder",
        0.3,
    ),
    (
        re.compile(
            r"\b(?:npm (?:ci|install|i)|pnpm (?:install|add|i)|yarn (?:install|add)|bun (?:install|add))\b|"
            r"\b(?:pip install|poetry add|poetry install|uv (?:add|sync)|bundle install|composer (?:install|require))\b"
        ),
        "installed packages",
        0.3,
    ),
    (
        re.compile(r"\bterraform (?:apply|destroy)\b|\bkubectl (?:apply|delete)\b|\bhelm (?:install|upgrade)\b"),
        "cluster",
        0.5,
    ),
)
SHARED = ("build folder", "installed packages")  # most tools cope with it: no word to the user, only a better order


def used(task: Task) -> dict[str, Use]:
    """The things that its words and commands name; not those that it declares, a thing of two names by either."""
    text = "\n".join([task.title, task.description, *(item.command or "" for item in task.accept)])
    declared = {resource.name for resource in task.resources}
    found: dict[str, Use] = {}
    for sign, kind, chance in _SIGNS:
        for match in sign.finditer(text):
            name = kind + next((group for group in match.groups() if group), "")
            found.setdefault(name, Use(match[0], chance))
    return {name: use for name, use in found.items() if name not in declared}

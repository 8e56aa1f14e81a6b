"""What the analysis says of each line of the tables, word for word: tables/outcomes.jsonl.

That it is right is shown by test_lines.py and test_git.py, which run the lines; here it is only that nothing else is said.
Write it anew after a change that is meant: PYTHONPATH=scripts:tests python -m shell.outcomes
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from shell import lines, scratch

from fanout.shell import Effects, GitEffect, Write, analyse, is_read_only
from fanout.shell.effects import Runtime

FILE = lines.TABLES / "outcomes.jsonl"
TABLES = ("reading", "writing", "unknown", "git")


def all_lines() -> list[str]:
    return list(dict.fromkeys(line for name in TABLES for line in lines.table(name)))


def recorded() -> dict[str, list[str]]:
    return {line: said for line, *said in map(json.loads, FILE.read_text(encoding="utf-8").splitlines())}


def said(line: str, tree: Path) -> list[str]:
    """Sentences, with ROOT and HOME for the folders TODAY and YEAR for what `date` prints."""
    effects = analyse(line, str(tree), home=str(tree.parent / "home"))
    texts = _sentences(effects)
    spelled = {
        str(tree): "ROOT",
        str(tree.parent): "HOME",
        time.strftime("%Y%m%d"): "TODAY",
        time.strftime("-%Y."): "-YEAR.",
    }
    return [_replaced(text, spelled) for text in texts]


def _replaced(text: str, spelled: dict[str, str]) -> str:
    for found, name in spelled.items():
        text = text.replace(found, name)
    return text


def _sentences(effects: Effects) -> Iterator[str]:
    if is_read_only(effects):
        yield "reads"
    if effects.unknown:
        yield "checks" if effects.checks else "unknown"
    yield from effects.reasons
    yield from sorted(map(_of_write, effects.writes))  # folders are listed in no order
    for path, content in effects.contents.items():
        yield f"{path} holds {content[:80]!r}"
    for found in effects.git:
        yield _of_git(found)
    yield from map(_of_runtime, effects.runtime)
    for listing in effects.listings:
        yield f"lists {listing.kind} {listing.words}: {listing.shown}"
    if effects.listed:
        yield "depends on what git prints"


def _of_write(write: Write) -> str:
    flags = [name for name in ("recursive", "folder", "upkeep", "git") if getattr(write, name)]
    return " ".join([write.kind, write.path, *flags, *(f"*{kind}" for kind in write.kinds)])


def _of_git(found: GitEffect) -> str:
    words = [found.verb, *found.args]
    told = {
        "at": found.cwd,
        "options": found.options,
        "env": found.env,
        "stdin": found.stdin,
        "scope": found.scope,
        "endangers": found.endangers,
        "paths": found.paths,
        "instead": found.safe_form,
        "inside": found.inside and found.inside.verb,
    }
    return f"git {words} " + ", ".join(f"{name} {value}" for name, value in told.items() if value)


def _of_runtime(found: Runtime) -> str:
    flags = [name for name in ("is_sure", "is_shared", "detached") if getattr(found, name)]
    told = f"{found.command}: {found.reach} {list(found.things)} within {list(found.within)} {' '.join(flags)}"
    return f"{told}; {found.does}; {found.instead}; {found.folder}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "project"
        tree.mkdir()
        scratch.build(tree)
        found = [json.dumps([line, *said(line, tree)], ensure_ascii=False) for line in all_lines()]
    FILE.write_text("\n".join(found) + "\n", encoding="utf-8")
    print(f"{len(found)} lines", file=sys.stderr)


if __name__ == "__main__":
    main()

"""The changes that are known to stay unnoticed, each with its reason: survivors.toml beside this file.

[[survivor]]
module = "scripts/fanout/run/agents/claims.py"
definition = "below"                    # the function, "" for what stands in the module
before = 'the code that is changed'     # as `scripts/dev/mutants` prints it
after = 'what it is changed to'
equivalent = true                       # nothing that anybody sees is different; false: a test is missing
why = "..."
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dev.mutation.points import Change, Point

FILE = Path(__file__).with_name("survivors.toml")
FIELDS = {"module", "definition", "before", "after", "equivalent", "why"}


class Survivors:
    """The list, looked up by what is changed and to what."""

    def __init__(self, file: Path = FILE) -> None:
        self.all: list[dict[str, object]] = tomllib.loads(file.read_text(encoding="utf-8")).get("survivor", [])
        self.known = {_key(entry): entry for entry in self.all}

    def of(self, point: Point, change: Change) -> dict[str, object] | None:
        return self.known.get((point.module, point.definition, change.before, change.after))

    def problems(self, top: Path) -> list[str]:
        """What is wrong with the list: a field, or a line that the code has no more."""
        return [problem for entry in self.all if (problem := _problem(entry, top))]


def _key(entry: dict[str, object]) -> tuple[object, ...]:
    return tuple(entry.get(field) for field in ("module", "definition", "before", "after"))


def _problem(entry: dict[str, object], top: Path) -> str:
    name = f"{FILE.name}: {entry.get('module')} {entry.get('definition')}"
    if set(entry) != FIELDS:
        return f"{name}: it has the fields {', '.join(sorted(entry))}; right are {', '.join(sorted(FIELDS))}."
    if not str(entry["why"]).strip():
        return f"{name}: `why` is empty; say why no test is to notice it."
    module = top / str(entry["module"])
    text = (
        " ".join(line.strip() for line in module.read_text(encoding="utf-8").splitlines()) if module.is_file() else ""
    )
    if str(entry["before"]) not in text:
        return f"{name}: the code has no `{entry['before']}` any more; take the entry out."
    return ""

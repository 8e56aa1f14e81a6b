"""docs/architecture.md shows every room there is, about as large as it is, and names only what exists."""

from __future__ import annotations

import re
from pathlib import Path

from project import CHECKOUT

PACKAGE = CHECKOUT / "scripts" / "fanout"
PAGE = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOM = re.compile(r"^\| `([a-z/]+)` \| (\d+) \|", re.MULTILINE)
TOLERANCE = 0.5  # a room half as large again, or half as large, is another room: look at the table


def modules(folder: Path) -> int:
    return sum(1 for path in folder.glob("*.py") if path.name != "__init__.py")


def test_every_room_stands_in_the_table_about_as_large_as_it_is() -> None:
    shown = {name: int(size) for name, size in ROOM.findall(PAGE)}
    inner = [path for path in PACKAGE.rglob("*") if path.is_dir() and modules(path)]
    rooms = {path.relative_to(PACKAGE).as_posix(): modules(path) for path in inner}
    packages = ("run", "shell", "hooks", "plan", "cli")
    wanted = {name: size for name, size in rooms.items() if name.count("/") == 1 and name.split("/")[0] in packages}
    assert set(shown) == set(wanted)
    wrong = {name: size for name, size in wanted.items() if abs(size - shown[name]) > max(2, TOLERANCE * size)}
    assert not wrong, wrong


def test_every_place_that_the_page_names_is_there() -> None:
    names = set(re.findall(r"`((?:run|shell|hooks|plan|cli|source|report|client)/[\w/]+(?:\.py|/)?)`", PAGE))
    names |= set(re.findall(r"(?<![/\w])((?:hooks|plan|source|cli|run)/[\w/]+\.py)\b", PAGE))
    assert names
    missing = [name for name in names if not (PACKAGE / name).exists() and not (CHECKOUT / name).exists()]
    assert not missing

"""Builds dist/<skill>.zip for each portable skill, for claude.ai and other hosts: the same bytes from the same files.

    skill_zip.py [FOLDER]      default dist/

A skill's folder stands at the top of its archive. Parts of the planner that need nothing installed come along with
`parallel-execution`. What the hosts would refuse is refused here, with the reason.
"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import front_matter

TOP = Path(__file__).resolve().parents[2]
PORTABLE = ("parallel-execution", "orchestrating-parallel-work", "agent-coordination", "task-management")
KEYS = ("name", "description", "license", "compatibility", "metadata", "allowed-tools")
STAMP = (1980, 1, 1, 0, 0, 0)
LONGEST = {"name": 64, "description": 1024, "compatibility": 500}
SKIPPED = ("__pycache__", ".DS_Store", ".pyc")
PERMISSIONS = re.compile(rb"^allowed-tools:.*\n", re.MULTILINE)  # rules of Claude Code: no other host reads its paths

# The standard-library part of the planner. A test runs it unpacked, with nothing else in reach.
PLANNER = (
    "fanout/errors.py",
    "fanout/plan/graph.py",
    "fanout/plan/overlap.py",
    "fanout/plan/overlap_index.py",
    "fanout/plan/pattern",
    "fanout/plan/schedule",
)
PACKAGES = ("fanout/__init__.py", "fanout/plan/__init__.py")


class Refused(Exception):
    """What a host would refuse, and where."""


def check(folder: Path) -> None:
    """Raise Refused when the skill would not be accepted."""
    try:
        head, body = front_matter.parse((folder / "SKILL.md").read_text(encoding="utf-8"))
    except (OSError, front_matter.BadFrontMatter) as error:
        raise Refused(f"{folder.name}/SKILL.md: {error}") from None
    if unknown := [key for key in head if key not in KEYS]:
        raise Refused(f"{folder.name}/SKILL.md: {unknown[0]} is not one of {', '.join(KEYS)}")
    for key in ("name", "description"):
        if not isinstance(head.get(key), str) or not head[key]:
            raise Refused(f"{folder.name}/SKILL.md: {key} is missing")
    for key, most in LONGEST.items():
        if len(str(head.get(key, ""))) > most:
            raise Refused(f"{folder.name}/SKILL.md: {key} has more than {most} characters")
    _check_name(folder, str(head["name"]))
    if set("<>") & set(str(head["description"])):
        raise Refused(f"{folder.name}/SKILL.md: the description holds < or >")
    if not body.strip():
        raise Refused(f"{folder.name}/SKILL.md: there is no text below the front matter")


def _check_name(folder: Path, name: str) -> None:
    if name != folder.name:
        raise Refused(f"{folder.name}/SKILL.md: its name is {name}, it has to be the folder's")
    plain = name == name.lower() and name.replace("-", "").isalnum() and name.isascii()
    if not plain or name.strip("-") != name or "--" in name or {"claude", "anthropic"} & set(name.split("-")):
        raise Refused(f"{folder.name}/SKILL.md: {name} is no skill name (lower case, digits, single hyphens)")


def members(skill: str) -> dict[str, bytes]:
    """What goes into the archive, by its path there."""
    folder = TOP / "skills" / skill
    check(folder)
    found = {f"{skill}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in _files(folder)}
    found[f"{skill}/SKILL.md"] = PERMISSIONS.sub(b"", found[f"{skill}/SKILL.md"], count=1)
    found[f"{skill}/LICENSE"] = (TOP / "LICENSE").read_bytes()
    if skill == "parallel-execution":
        found |= {f"{skill}/scripts/{name}": data for name, data in _planner().items()}
    return found


def _planner() -> dict[str, bytes]:
    source = TOP / "scripts"
    found = {"plan_tasks.py": (source / "dev" / "skill" / "plan_tasks.py").read_bytes()}
    for part in PLANNER:
        for path in _files(source / part) if (source / part).is_dir() else [source / part]:
            found[path.relative_to(source).as_posix()] = path.read_bytes()
    return found | dict.fromkeys(PACKAGES, b"")


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not _skipped(path)]


def _skipped(path: Path) -> bool:
    return any(part.endswith(SKIPPED) for part in path.parts)


def build(skill: str, target: Path) -> Path:
    """Write one archive: sorted, one time stamp, one mode, so that only the content decides its bytes."""
    target.mkdir(parents=True, exist_ok=True)
    archive = target / f"{skill}.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for name, data in sorted(members(skill).items()):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system = 3
            entry.external_attr = (0o100755 if name.endswith(("plan_tasks.py", ".sh")) else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_STORED
            out.writestr(entry, data)
    return archive


def main(arguments: list[str]) -> int:
    target = Path(arguments[0]) if arguments else TOP / "dist"
    try:
        for skill in PORTABLE:
            print(build(skill, target))
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Writes schema/NAME.json, the JSON Schema of each list that is read as JSON, from the code that reads it.

`schema.py` writes them; `schema.py --check` only says whether the committed ones are still right.
"""

from __future__ import annotations

import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TARGET = TOP / "schema"
COMMAND = "python scripts/dev/schema.py"


def generated() -> dict[str, str]:
    """The schemas by file name, as they have to stand there."""
    sys.path.insert(0, str(TOP / "scripts"))
    from fanout.plan.schema import catalogue

    return {f"{name}.json": catalogue.printed(name) for name in catalogue.SCHEMAS}


def stale() -> list[Path]:
    """The committed files that are missing, not as generated, or of no schema any more."""
    right = generated()
    wrong = [TARGET / name for name, text in right.items() if _content(TARGET / name) != text]
    return wrong + [path for path in sorted(TARGET.glob("*")) if path.name not in right]


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    wrong = stale()
    if "--check" in arguments:
        for path in wrong:
            print(f"error: {path.relative_to(TOP)} is not what the code says. Run: {COMMAND}", file=sys.stderr)
        return 1 if wrong else 0
    right = generated()
    TARGET.mkdir(exist_ok=True)
    for path in wrong:
        if path.name in right:
            path.write_text(right[path.name], encoding="utf-8")
        else:
            path.unlink()
        print(f"{'wrote' if path.name in right else 'removed'} {path.relative_to(TOP)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

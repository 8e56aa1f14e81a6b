"""One version everywhere. `versions.py` checks it, `versions.py 1.2.0` writes it.

The hand-edited one stands in .claude-plugin/plugin.json. The debug plugin's manifest and the newest heading of
CHANGELOG.md have to say the same; a marketplace entry and a skill say none.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
MANIFESTS = (".claude-plugin/plugin.json", "plugins/debug/.claude-plugin/plugin.json")
CHANGELOG = "CHANGELOG.md"
SEMANTIC = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?\Z")
_IN_MANIFEST = re.compile(r'("version": ")([^"]*)(")')
_HEADING = re.compile(r"^## +\[?v?(\d[^\s\]]*)", re.MULTILINE)


def stated(top: Path = TOP) -> dict[str, str]:
    """Every place that states the version, with what it says."""
    found = {}
    for name in MANIFESTS:
        found[name] = str(json.loads((top / name).read_text(encoding="utf-8")).get("version", "nothing"))
    heading = _HEADING.search((top / CHANGELOG).read_text(encoding="utf-8"))
    found[CHANGELOG] = heading[1] if heading else "nothing"
    return found


def problems(top: Path = TOP) -> list[str]:
    """What is wrong, one line each."""
    found = stated(top)
    right = found[MANIFESTS[0]]
    wrong = [f"{place} says {said}, {MANIFESTS[0]} says {right}" for place, said in found.items() if said != right]
    if not SEMANTIC.match(right):
        wrong.append(f"{MANIFESTS[0]} says {right}: a version is MAJOR.MINOR.PATCH")
    marketplace = json.loads((top / ".claude-plugin/marketplace.json").read_text(encoding="utf-8"))
    wrong += [
        f"marketplace.json gives {entry['name']} a version of its own: leave it to the manifest"
        for entry in marketplace["plugins"]
        if "version" in entry
    ]
    return wrong


def write(version: str, top: Path = TOP) -> None:
    """Write `version` into the manifests; CHANGELOG.md is for people to write."""
    for name in MANIFESTS:
        path = top / name
        text = path.read_text(encoding="utf-8")
        path.write_text(_IN_MANIFEST.sub(rf"\g<1>{version}\g<3>", text, count=1), encoding="utf-8")


def main(arguments: list[str]) -> int:
    if arguments:
        if not SEMANTIC.match(arguments[0]):
            print(f"{arguments[0]} is no version: MAJOR.MINOR.PATCH", file=sys.stderr)
            return 2
        write(arguments[0])
    for place, said in stated().items():
        print(f"{said}  {place}")
    wrong = problems()
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Writes schema/document.schema.json, the JSON Schema of the native document, from the classes that read it.

`schema.py` writes it; `schema.py --check` only says whether the committed one is still right.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TARGET = TOP / "schema" / "document.schema.json"
COMMAND = "python scripts/dev/schema.py"


def generated() -> str:
    """The schema as it has to stand in the file."""
    sys.path.insert(0, str(TOP / "scripts"))
    from fanout.plan.model import Document

    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Document.model_json_schema()
    schema["patternProperties"] = {"^([$_]|x-)": {"description": "a comment: ignored"}}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    right = generated()
    if "--check" in arguments:
        if TARGET.exists() and TARGET.read_text(encoding="utf-8") == right:
            return 0
        print(f"error: {TARGET.relative_to(TOP)} is not what the classes say. Run: {COMMAND}", file=sys.stderr)
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(right, encoding="utf-8")
    print(f"wrote {TARGET.relative_to(TOP)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Files that are texts for people, and those that the client lets no agent write with its Write tool, by their names: it takes
them for reports to the user.

tests/client/test_facts.py::test_a_report_is_written_by_a_command_alone
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

TEXTS = (".md", ".mdx", ".rst", ".txt", ".adoc")
_REFUSED = re.compile(r"(?:REPORT|SUMMARY|FINDINGS|ANALYSIS).*\.md\Z", re.IGNORECASE)


def are_texts(paths: Collection[str]) -> bool:
    """Whether these are files, and a command could run none of them."""
    return bool(paths) and all(path.lower().endswith(TEXTS) for path in paths)


def advice(paths: Iterable[str]) -> str:
    """How an agent writes those of the paths all the same; "" where there is none."""
    names = [path for path in paths if _REFUSED.match(os.path.basename(path))]
    if not names:
        return ""
    listed = ", ".join(f"`{name}`" for name in names)
    return f"The Write tool refuses agents {listed}, by the name: write that with Bash, `cat > {names[0]} <<'END'`."

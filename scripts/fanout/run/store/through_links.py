"""What a plan declares, under the names that a write has: folders that are links are resolved, as paths.Naming does."""

from __future__ import annotations

import os
import re

from fanout.run.store import meta
from fanout.run.store.paths import Naming

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    Pattern = tuple[str, str, str]  # anchor, pattern, regex


def resolve(db: sqlite3.Connection, root: str, base: str, declared: Pattern) -> list[Pattern]:
    """The patterns that mean the same files. Of a link itself two: it may be replaced, and written through."""
    anchor = declared[0]
    naming = Naming(root, meta.folds_case(db))
    if anchor in ("", ".") or os.path.isabs(anchor):
        return [declared]
    full = naming.listed(naming.full(anchor))
    names = [naming.link(full)]
    if os.path.islink(full):
        names.append(naming.name(full, naming.root))
    return [declared if naming.key(name) == anchor else _moved(naming, base, declared, name) for name in names]


def _moved(naming: Naming, base: str, declared: Pattern, name: str) -> Pattern:
    """The pattern with another name in place of its anchor, which every alternative of its regex begins with."""
    anchor, pattern, regex = declared
    key, base = naming.key(name), naming.key(base)
    begins, inner = anchor, regex
    under = f"{re.escape(base)}/(?:"
    if base and regex.startswith(under):
        begins, inner = anchor[len(base) + 1 :], regex[len(under) : -1]
    spelled = "".join(rf"\\?{re.escape(char)}" for char in begins)
    moved = re.sub(rf"(?:\A|(?<=\|)){spelled}(?![^/|(\\]|\\.)", lambda _: re.escape(key), inner)
    written = "/".join(pattern.split("/")[: anchor.count("/") + 1])  # the anchor as the plan spells it
    begin = written if naming.key(written) == anchor else anchor
    return key, pattern.replace(begin, name), moved

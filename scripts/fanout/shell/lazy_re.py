"""The module re, loaded when a name of it is first asked for: that takes longer than reading a common command line.

Imported in its place: `from fanout.shell import lazy_re as re`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from re import Match as Match
    from re import Pattern as Pattern

    I, M, S = re.I, re.M, re.S  # noqa: E741
    error = re.error
    compile, escape, findall, finditer = re.compile, re.escape, re.findall, re.finditer
    fullmatch, match, search, split, sub = re.fullmatch, re.match, re.search, re.split, re.sub
else:

    def __getattr__(name):
        import re

        return getattr(re, name)

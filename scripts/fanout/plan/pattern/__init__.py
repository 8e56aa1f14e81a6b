"""Path patterns: what a task may write and read. `parse` one, ask what it `matches`; overlap.py compares two.

What the contract leaves open, and how it is read here:

- Braces are taken apart first, and each alternative is a pattern of its own: `src/{a,b.ts}` is the folder `src/a` and
  the file `src/b.ts`. An alternative of nothing leaves a segment that vanishes: `a/{,b}/c` is `a/c` and `a/b/c`.
- An extension is a last dot with something on both sides, dots in front not counted: `.github`, `.env`, `Makefile`,
  `Dockerfile` and `name.` have none, so each also means everything under it, which for a file is nothing more.
  `v1.2` has one: write `v1.2/` for the folder.
- `.` (and `./`, and a `..` that leads back to the root) is the whole project. Nothing at all is an error.
- A final `**` is one segment or more: `src/**`, `src/**/` and `src/**/**` are all strictly below `src`.
- `***` is `*`. An open `[` is literal, a class never spans a slash, a range that runs backwards holds nothing. A
  pattern that no path can match (`[.]`, `[z-a]`) is no error here: it `matches_nothing`, and the plan's check says so.
- `..` anywhere after a wildcard is an error, and so is leaving the root on the way: `../project/src`.
- Where case is ignored, see chars; `[!a]` then takes neither `a` nor `A`.
- A line break or NUL is an error; spaces are kept, since names may hold them.
"""

from __future__ import annotations

from fanout.plan.pattern.chars import Mode, key
from fanout.plan.pattern.compiled import Pattern, modes
from fanout.plan.pattern.lex import PatternError
from fanout.plan.pattern.parse import LONGEST, parse
from fanout.plan.pattern.remark import Remark, unescaped_folders

__all__ = ["LONGEST", "Mode", "Pattern", "PatternError", "Remark", "key", "modes", "parse", "unescaped_folders"]

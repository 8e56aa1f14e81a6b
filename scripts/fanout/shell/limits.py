"""How much of a line is followed; past a limit the line is unknown."""

from __future__ import annotations

MAX_STEPS = 6000
MAX_TURNS = 300
MAX_WRITES = 3000
MAX_NESTING = 40
MAX_VALUE = 200_000
SECONDS = 0.8


class Overrun(Exception):
    """The line does more than we are willing to follow."""

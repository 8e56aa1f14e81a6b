"""Colour for people at a terminal, nothing for everybody else."""

from __future__ import annotations

import os
import sys

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


class Ink:
    """`ink("text", "bold")` is the text in that style when `on`, else the text."""

    __slots__ = ("on",)

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, *styles: str) -> str:
        codes = ";".join(_CODES[style] for style in styles if style)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.on and codes and text else text


PLAIN = Ink(False)


def of_terminal() -> Ink:
    """Colour when standard output is a terminal that can show it and NO_COLOR is not set (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Ink(wanted and sys.stdout.isatty())

"""What a slow command is at, on a terminal: one line on stderr that is gone when the answer comes."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from types import TracebackType
from typing import TextIO

from fanout.report.cells import cut, width

AFTER = 2.0
EVERY = 1.0
_CELLS = 60


class Progress:
    """`with Progress("Reading x") as at: ...; at.now("Planning 9 tasks")`. Silent for two seconds, and on no terminal."""

    def __init__(self, what: str, stream: TextIO | None = None, after: float = AFTER, every: float = EVERY) -> None:
        self.what = what
        self.stream = sys.stderr if stream is None else stream
        self.after, self.every = after, every
        self._over = threading.Event()
        self._shown = 0
        self._thread: threading.Thread | None = None

    def now(self, what: str) -> None:
        """Something else is done from here on."""
        self.what = what

    def __enter__(self) -> Progress:
        if self.stream.isatty() and os.environ.get("TERM") != "dumb":
            self._thread = threading.Thread(target=self._tell, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        if self._shown:
            self._write(f"\r{' ' * self._shown}\r")

    def _tell(self) -> None:
        seconds, pause = self.after, self.after
        while not self._over.wait(pause):
            text = f"{cut(self.what, _CELLS)}: {seconds:.0f} s"
            self._write(f"\r{text}{' ' * (self._shown - width(text))}")
            self._shown = width(text)
            seconds, pause = seconds + self.every, self.every

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self.stream.write(text)
            self.stream.flush()

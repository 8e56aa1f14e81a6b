"""A program in a pseudo-terminal, and the text its screen shows."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from fanout.client.descendants import kill_group
from fanout.client.patience import PATIENCE
from fanout.client.screen import Screen
from fanout.errors import FanoutError


class TerminalTimeout(FanoutError):
    """What was waited for did not appear; the message holds the last screen."""


class Terminal:
    """Runs a command in a pty until closed. A thread keeps reading, so that the program never blocks."""

    def __init__(self, command: Sequence[str], cwd: Path, env: Mapping[str, str], columns: int, rows: int) -> None:
        self.screen = Screen(columns, rows)
        self._changed = threading.Condition()
        self._status: int | None = None
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _become(command, cwd, env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        with self._changed:
            return self.screen.text

    @property
    def closed(self) -> bool:
        return not self._reader.is_alive()

    def write(self, data: str) -> None:
        """Send keys as they are: "\\r" is Enter, "\\x1b" Escape, "\\x03" Ctrl-C."""
        os.write(self._fd, data.encode())

    def send(self, line: str) -> None:
        """Type a line, wait until the screen shows its end, press Enter."""
        self.write(line)
        self.wait_for(re.escape(line[-20:].strip()))
        self.write("\r")

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = PATIENCE) -> str:
        """The screen's text once it matches a regular expression or predicate; raises TerminalTimeout."""
        matches = (lambda text: re.search(wanted, text) is not None) if isinstance(wanted, str) else wanted
        with self._changed:
            self._changed.wait_for(lambda: matches(self.screen.text) or self.closed, timeout)
            text = self.screen.text
        if not matches(text):
            how = "the program ended" if self.closed else f"after {timeout:g} s"
            raise TerminalTimeout(f"The terminal never showed {wanted!r} ({how}). Its screen:\n{text}")
        return text

    def wait_until(self, predicate: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
        """Wait for something outside the screen, such as a hook call; raises TerminalTimeout with the screen."""
        until = time.monotonic() + timeout
        while not predicate():
            if time.monotonic() > until or self.closed:
                raise TerminalTimeout(f"{what}: not within {timeout:g} s. The screen:\n{self.text}")
            time.sleep(0.02)

    def wait_end(self, timeout: float = PATIENCE) -> int:
        """The exit code once the program has ended by itself."""
        self._reader.join(timeout)
        if not self.closed:
            raise TerminalTimeout(f"The program did not end within {timeout:g} s. Its screen:\n{self.text}")
        return self._reap()

    def close(self) -> None:
        """Kill the program and all of its process group. Safe to call twice."""
        if self._status is None:
            kill_group(self.pid)
            self._reader.join(10)
            self._reap()

    def _reap(self) -> int:
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            kill_group(self.pid)
            os.close(self._fd)
        return self._status

    def _read(self) -> None:
        ready = select.poll()  # select() takes no descriptor over 1023
        ready.register(self._fd, select.POLLIN)
        while True:
            try:
                ready.poll()
                data = os.read(self._fd, 65536)
            except OSError:
                data = b""
            with self._changed:
                answer = self.screen.feed(data)
                self._changed.notify_all()
            if not data:
                return
            if answer:
                with contextlib.suppress(OSError):
                    os.write(self._fd, answer)


def _become(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
    """In the child of the fork: turn into the command, or exit with 127."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored by what a shell has put into the background
        os.chdir(cwd)
        os.execve(command[0], list(command), dict(env))
    finally:
        os._exit(127)

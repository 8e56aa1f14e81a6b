"""One command of a plan, run to its end: the shell's own end, whatever it leaves running in the background.

The shell is the one that agents type into: bash where there is one. sh reads other things into the same line: to dash
`false &> log` is a command in the background that succeeds.
"""

from __future__ import annotations

import os

MOST_OUTPUT = 1_000_000
DRAIN_SECONDS = 0.5
WSL_FOLDERS = ("system32", "windowsapps")

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import subprocess


def shell() -> str:
    """The path of bash, else of whatever `sh` is. On Windows of Git's: the one of the system is WSL's, another machine."""
    on_windows = os.name == "nt"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if on_windows and folder.rstrip("/\\").lower().endswith(WSL_FOLDERS):
            continue
        path = os.path.join(folder or os.curdir, "bash.exe" if on_windows else "bash")
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return "sh"


def run(line: str, cwd: str, seconds: float, env: dict[str, str] | None = None) -> tuple[int | None, bytes]:
    """Exit code, None when it ran out of time, and the last MOST_OUTPUT bytes of its output.

    Through `shell`, without input. What it started in the background is ended with it; what has left its process group (a
    daemon) lives on, and is not waited for. `env` is added to the environment.
    """
    import subprocess
    import threading

    process = _started(line, cwd, env)
    output = _Output()
    reader = threading.Thread(target=output.read, args=(process,), daemon=True)
    reader.start()
    code: int | None
    try:
        code = process.wait(timeout=max(seconds, 0.0))
    except subprocess.TimeoutExpired:
        code = None
    _end(process)
    reader.join(DRAIN_SECONDS)  # a daemon may hold the pipe for ever
    return code, output.kept()


def _started(line: str, cwd: str, env: dict[str, str] | None) -> subprocess.Popen[bytes]:
    import subprocess

    return subprocess.Popen(
        [shell(), "-c", line],
        cwd=cwd,
        env={**os.environ, **env} if env else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    import signal

    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except OSError:  # nothing of it is left
        pass
    process.wait()


class _Output:
    """The end of what a process prints."""

    __slots__ = ("dropped", "tail")

    def __init__(self) -> None:
        self.tail = bytearray()
        self.dropped = 0

    def read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        while data := os.read(process.stdout.fileno(), 65536):
            self.tail += data
            if len(self.tail) > 2 * MOST_OUTPUT:
                self._cut()

    def kept(self) -> bytes:
        self._cut()
        head = f"[{self.dropped} bytes before this are left out]\n".encode() if self.dropped else b""
        return head + bytes(self.tail)

    def _cut(self) -> None:
        over = max(0, len(self.tail) - MOST_OUTPUT)
        del self.tail[:over]
        self.dropped += over

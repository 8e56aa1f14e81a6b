"""`fanout` for tests, warm: each call is a process of its own, forked from one that has loaded the planner's packages.

A cold start is a quarter of a second of imports, some six hundred times in all tests. The interpreter, its flags and scripts/
are those of bin/fanout; what bin/fanout does before it starts them is tests/cli/test_environment.py's to prove.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOADED = ("click", "networkx", "rich.console", "rich.table", "rich.text", "sqlite3")
WHOLE = (
    "fanout.cli",
    "fanout.plan",
    "fanout.report",
    "fanout.run",
    "fanout.shell",
    "fanout.source",
)  # with all below them


class Warm:
    """The process that is forked from: started at the first call, ended with the tests."""

    def __init__(self) -> None:
        self._address = ""

    def run(self, arguments: tuple[str, ...], cwd: Path, env: dict[str, str], streams: tuple[int, int, int]) -> int:
        """Runs `fanout` with these streams to its end; its exit code, negative for a signal."""
        request = json.dumps({"argv": arguments, "cwd": str(cwd), "env": env}).encode()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._address or self._begin())
            socket.send_fds(connection, [len(request).to_bytes(4, "big")], list(streams))
            connection.sendall(request)
            answer = connection.recv(16)
        assert answer, f"the warm process gave no answer to: fanout {' '.join(arguments)}"
        return int(answer)

    def _begin(self) -> str:
        address = os.path.join(tempfile.mkdtemp(prefix="fanout-warm-"), "socket")
        process = subprocess.Popen(
            [interpreter(), "-I", __file__, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin and process.stdout
        atexit.register(process.wait)
        atexit.register(process.stdin.close)  # called first: at the end of its input it ends
        assert process.stdout.readline() == b"ready\n"
        self._address = address
        return address


def interpreter() -> str:
    """The planner's Python, which bin/fanout makes when it is not there yet."""
    subprocess.run([str(CHECKOUT / "bin" / "fanout"), "--version"], check=True, capture_output=True)
    with open(CHECKOUT / "requirements" / "planner.txt", "rb") as lock:
        key = subprocess.run(["cksum"], stdin=lock, capture_output=True, text=True, check=True).stdout.split()[0]
    cache = Path(os.environ.get("FANOUT_CACHE_DIR") or CHECKOUT / ".cache").absolute()
    return str(cache / f"planner-{key}" / "bin" / "python")


def serve(address: str) -> None:
    """Forks for each request, until its own input ends; children that ended are waited for, so that their time counts."""
    sys.path.insert(0, str(CHECKOUT / "scripts"))
    for name in (*LOADED, *modules()):
        importlib.import_module(name)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        gc.collect()
        gc.freeze()  # children do not copy what they only look through
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([listening, sys.stdin], [], [])
            reap(os.WNOHANG)
            if sys.stdin in ready:
                break
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                attend(connection)
            connection.close()
    reap(0)
    os.unlink(address)
    os.rmdir(os.path.dirname(address))


def modules() -> list[str]:
    """Those of WHOLE, by the names of their files."""
    top = CHECKOUT / "scripts"
    files = [file for package in WHOLE for file in top.joinpath(*package.split(".")).rglob("*.py")]
    return [".".join(file.relative_to(top).with_suffix("").parts).removesuffix(".__init__") for file in sorted(files)]


def reap(options: int) -> None:
    try:
        while os.waitpid(-1, options)[0]:
            pass
    except ChildProcessError:
        pass


def attend(connection: socket.socket) -> None:
    """Answers one request: forks once more, waits, and sends the exit code."""
    head, streams, _, _ = socket.recv_fds(connection, 4, 3)
    length, request = int.from_bytes(head, "big"), b""
    while len(request) < length:
        request += connection.recv(length - len(request))
    child = os.fork()
    if child == 0:
        connection.close()
        become(json.loads(request), streams)
    _, status = os.waitpid(child, 0)
    connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def become(request: dict[str, object], streams: list[int]) -> None:
    """From here on this process is `python -I scripts ARGUMENTS`, started in that folder with that environment."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, 256)
    os.environ.clear()
    os.environ.update(request["env"])  # type: ignore[call-overload]
    time.tzset()
    os.chdir(str(request["cwd"]))
    sys.argv = [str(CHECKOUT / "bin" / ".." / "scripts"), *request["argv"]]  # type: ignore[misc]
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", errors="backslashreplace")
    from fanout.cli.app import main

    code: object = 1
    try:
        main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


WARM = Warm()

if __name__ == "__main__":
    serve(sys.argv[1])

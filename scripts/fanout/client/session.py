"""One client session: a temporary HOME, a scripted server, the project, and everything recorded.

    with Session(project, model, client=path) as session:
        result = session.print_mode("hello")          # claude -p
        with session.interactive() as terminal: ...   # claude in a pty

On the way out every process is killed and the HOME removed.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from fanout.client import hermetic
from fanout.client.conversation import Json, Model
from fanout.client.descendants import kill_group, kill_of_home
from fanout.client.patience import PATIENCE
from fanout.client.recorder import HookCall, Recorder
from fanout.client.server import Record, Server
from fanout.errors import FanoutError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.client.terminal import Terminal

# What the screen of an interactive client shows in every permission mode once it takes input.
READY = r"(mode|edits|permissions|ask) on\b"


class SessionError(FanoutError):
    """The client did not do what the caller needs: it ran past its deadline, or a command of it failed."""


@dataclass(frozen=True)
class Result:
    """A finished client process, with everything it asked the server and every hook call."""

    args: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    record: Record
    hook_calls: list[HookCall]

    @property
    def events(self) -> list[Json]:
        """The stream-json lines."""
        parsed = [json.loads(line) for line in self.stdout.splitlines() if line.startswith("{")]
        return [event for event in parsed if isinstance(event, dict)]

    def of(self, kind: str) -> list[Json]:
        return [event for event in self.events if event.get("type") == kind]

    @property
    def text(self) -> str:
        """The last answer of the main conversation."""
        results = self.of("result")
        return str(results[-1].get("result", "")) if results else ""


class Session:
    """Holds the temporary HOME and the server; starts clients that may use nothing else.

    `record` and `hook_calls()` can be read from another thread while a client runs. `side` answers what the client
    asks beside the conversations (compaction, titles); without it that is one fixed sentence.
    """

    _processes: list[subprocess.Popen[bytes]]
    _terminals: list[Terminal]

    def __init__(
        self,
        project: Path,
        model: Model,
        *,
        client: Path,
        plugin_dirs: Sequence[Path] = (),
        permission_mode: str = "default",
        settings: Mapping[str, object] | None = None,
        args: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        timeout: float = 2 * PATIENCE,
        record_hooks: bool = True,
        side: Model | None = None,
        safety_check: bool = False,
    ) -> None:
        self.project, self.client, self.timeout = project, client, timeout
        self.server = Server(model, side)
        self.home = hermetic.make_home(project)
        self._extra = dict(env or {})
        self._safety_check = safety_check
        self._flags = ["--permission-mode", permission_mode, *_each("--plugin-dir", plugin_dirs), *args]
        self._recorder = Recorder(self.home / "hook-record") if record_hooks else None
        self._processes, self._terminals = [], []
        self._write_settings(settings or {})

    def __enter__(self) -> Session:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if error is None and self.server.errors:
            raise SessionError(f"The scripted model raised an exception:\n{self.server.errors[0]}")

    def close(self) -> None:
        """Kill what was started, stop the server, remove the HOME. Safe to call twice."""
        for terminal in self._terminals:
            terminal.close()
        for process in self._processes:
            kill_group(process.pid)
            process.wait()
        kill_of_home(self.home)
        self.server.close()
        if self.home.exists():
            hermetic.remove_home(self.home)

    @property
    def record(self) -> Record:
        return self.server.record

    @property
    def env(self) -> dict[str, str]:
        """The environment of every client of this session, checked."""
        return hermetic.environment(self.home, self.server.url, extra=self._extra, safety_check=self._safety_check)

    def hook_calls(self, event: str = "") -> list[HookCall]:
        """What the recorder saw so far, of one event or of all."""
        calls = self._recorder.calls() if self._recorder else []
        return [call for call in calls if event in ("", call.event)]

    def wait_for_hooks(self, predicate: Callable[[list[HookCall]], bool], timeout: float = PATIENCE) -> bool:
        """Whether `predicate` came true of the recorded hook calls within `timeout` seconds."""
        return self._recorder is not None and self._recorder.wait_for(predicate, timeout)

    def print_mode(self, prompt: str, *args: str) -> Result:
        """`claude -p PROMPT`, to its end."""
        output = ["--output-format", "stream-json", "--verbose"]
        return self._run(["-p", prompt, *self._flags, *output, *args])

    def run_cli(self, args: Sequence[str]) -> Result:
        """`claude ARGS` in the same HOME, for example plugin commands; the exit code is the caller's business."""
        return self._run(list(args))

    def install(self, marketplace: Path | str, *plugins: str) -> None:
        """Add a marketplace and install plugins of it (`name@marketplace`), as a user would; raises SessionError."""
        for args in (["marketplace", "add", str(marketplace)], *(["install", plugin] for plugin in plugins)):
            result = self.run_cli(["plugin", *args])
            if result.exit_code:
                said = (result.stderr.strip() or result.stdout.strip()).splitlines()
                raise SessionError(f"claude plugin {' '.join(args)} failed: {said[-1] if said else 'without a word'}")

    def interactive(self, *args: str, columns: int = 120, rows: int = 40) -> Terminal:
        """`claude` in a pseudo-terminal. Returns at once: wait for READY, then type."""
        from fanout.client.terminal import Terminal  # Windows has none

        env = self.env | {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": str(rows)}
        hermetic.check(env)
        terminal = Terminal([str(self.client), *self._flags, *args], self.project, env, columns, rows)
        self._terminals.append(terminal)
        return terminal

    def _run(self, args: list[str]) -> Result:
        started = time.monotonic()
        env = self.env
        hermetic.check(env)
        process = subprocess.Popen(
            [str(self.client), *args],
            cwd=self.project,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._processes.append(process)
        stdout, stderr = self._outputs(process, args)
        kill_group(process.pid)
        seconds = time.monotonic() - started
        return Result(tuple(args), process.returncode, stdout, stderr, seconds, self.record, self.hook_calls())

    def _outputs(self, process: subprocess.Popen[bytes], args: list[str]) -> tuple[str, str]:
        """What the process prints until its end; raises SessionError when that takes too long."""
        try:
            out, err = process.communicate(timeout=self.timeout)
        except subprocess.TimeoutExpired:
            kill_group(process.pid)
            out, err = process.communicate()
            raise SessionError(
                f"claude {' '.join(args[:2])} ran longer than {self.timeout:g} s and was killed; it had printed:\n"
                f"{(out + err).decode('utf-8', 'replace')[-2000:]}"
            ) from None
        return out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    def _write_settings(self, settings: Mapping[str, object]) -> None:
        merged = dict(settings)
        if self._recorder:
            merged = merge_hooks(merged, self._recorder.settings())
        (self.home / ".claude" / "settings.json").write_text(json.dumps(merged), encoding="utf-8", newline="\n")


def merge_hooks(settings: Mapping[str, object], more: Mapping[str, object]) -> Json:
    """`settings` with the hooks of `more` put behind its own."""
    merged = dict(settings)
    mine, theirs = merged.get("hooks"), more.get("hooks")
    hooks = dict(mine) if isinstance(mine, dict) else {}
    for event, entries in theirs.items() if isinstance(theirs, dict) else ():
        hooks[event] = [*hooks.get(event, []), *entries]
    merged["hooks"] = hooks
    return merged


def _each(flag: str, values: Iterable[Path]) -> list[str]:
    return [part for value in values for part in (flag, str(value))]

"""Where the client is: the user's own, or the pinned version in a cache, fetched once."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fanout.client import hermetic
from fanout.errors import EXIT_OURS, FanoutError

PINNED = "2.1.329"
PACKAGE = "@anthropic-ai/claude-code"
FETCH_SECONDS = 600


class NoClient(FanoutError):
    """There is no client to start, and why."""

    exit_code = EXIT_OURS


def default_cache() -> Path:
    """$FANOUT_CACHE_DIR, else $CLAUDE_PLUGIN_DATA, else .cache in the checkout."""
    for name in ("FANOUT_CACHE_DIR", "CLAUDE_PLUGIN_DATA"):
        if value := os.environ.get(name):
            return Path(value).absolute()
    return Path(__file__).resolve().parents[3] / ".cache"


def from_path() -> Path | None:
    """The user's own `claude`, or None when there is none on PATH."""
    found = shutil.which("claude")
    return Path(found) if found else None


def version_of(client: Path) -> str:
    """What `claude --version` says, such as "2.1.329"; raises NoClient."""
    with tempfile.TemporaryDirectory(prefix="fanout-version-") as folder:
        home = hermetic.make_home(Path(folder))
        try:
            env = hermetic.environment(home, "http://127.0.0.1:9")
            done = subprocess.run(
                [str(client), "--version"], env=env, cwd=folder, capture_output=True, encoding="utf-8", timeout=60
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoClient(f"{client} --version did not run: {error}.") from None
        finally:
            hermetic.remove_home(home)
    words = done.stdout.split()
    if done.returncode or not words:
        raise NoClient(f"{client} --version failed: {_last_line(done.stderr) or 'without a word'}.")
    return words[0]


def locate(version: str = PINNED, *, cache: Path, fetch: bool = True) -> Path:
    """The client of a version from the cache, fetched by npm when it is not there yet; raises NoClient.

    Look, lock, look again: of several first uses one fetches and the others wait. A half-made copy is never used.
    """
    folder = cache / f"client-{version}"
    client = folder / "node_modules" / ".bin" / "claude"
    if client.exists():
        return client
    if not fetch:
        raise NoClient(f"Claude Code {version} is not in {cache}.", "Leave out the option that forbids to fetch it.")
    try:
        with _locked(cache / f"client-{version}.lock"):
            if not client.exists():
                _fetch(version, folder)
    except OSError as error:
        raise NoClient(f"Claude Code {version} could not be put into {cache}: {error.strerror or error}.") from None
    return client


def _fetch(version: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NoClient(f"Claude Code {version} has to be fetched and npm is missing.", "Install Node.js with npm.")
    print(f"fanout: fetching Claude Code {version} with npm into {folder.parent} (once)", file=sys.stderr, flush=True)
    made = Path(tempfile.mkdtemp(prefix=f".client-{version}-", dir=folder.parent))
    try:
        _install(npm, version, made)
        made.chmod(0o755)
        if folder.exists():  # left over from a copy that lost its client
            shutil.rmtree(folder)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _install(npm: str, version: str, folder: Path) -> None:
    (folder / "package.json").write_text("{}\n", encoding="utf-8", newline="\n")
    command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", "--save-exact", f"{PACKAGE}@{version}"]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=FETCH_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise NoClient(f"npm did not fetch Claude Code {version} within {FETCH_SECONDS} s.", "Try again.") from None
    if done.returncode or not (folder / "node_modules" / ".bin" / "claude").exists():
        reason = _first_error(done.stderr) or f"npm ended with exit code {done.returncode}"
        raise NoClient(f"npm could not fetch Claude Code {version}: {reason}.", "Is there a network?")
    try:
        version_of(folder / "node_modules" / ".bin" / "claude")
    except NoClient as error:
        reason = error.message.rpartition(": ")[2]
        message = f"npm fetched Claude Code {version}, but it does not run: {reason}"
        raise NoClient(message, "Remove it from npm's cache and try again.") from None


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as lock:
        with contextlib.suppress(ImportError):  # Windows: two first uses fetch twice, and one is kept
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _first_error(text: str) -> str:
    """npm's own words about what went wrong, without its codes and its log file."""
    lines = [line.removeprefix("npm error").removeprefix("npm ERR!").strip() for line in text.splitlines()]
    said = [line for line in lines if line and not line.startswith(("code ", "errno ", "syscall ", "A complete log"))]
    return said[0].rstrip(".") if said else ""


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""

"""Git, called for real, with nothing of the caller's index or configuration in the way."""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache

from fanout.errors import FanoutError

# What would lead a git command elsewhere than to the project.
ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE")


def run(root: str, *args: str, index: str | None = None, data: bytes | None = None) -> str:
    """The output of one git command in the project, stripped. Raises FanoutError with what git said."""
    code, out, err = attempt(root, *args, index=index, data=data)
    if code != 0:
        command = next(arg for arg in args if not arg.startswith("-"))
        raise FanoutError(f"git {command} failed: {err.strip() or out.strip() or f'exit {code}'}")
    return out.strip()


def attempt(root: str, *args: str, index: str | None = None, data: bytes | None = None) -> tuple[int, str, str]:
    """Exit code, output and errors of one git command; `index` is used in place of the project's own index. Names in the output
    that are not UTF-8 are as os.listdir gives them."""
    code, out, err = _call(root, args, index, data)
    return code, out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "replace")


def trouble(said: str) -> str:
    """The line that says why a git command failed, of all that it said. What follows it is advice."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("hint:")]
    refused = [line for line in lines if "rejected]" in line]
    named = refused or [line for line in lines if line.startswith(("fatal: ", "error: ", "ERROR: "))]
    return (named or lines[-1:] or ["git said nothing"])[0].rstrip(".")


def refuse_nobody(tree: str) -> None:
    """Raises FanoutError where git does not know who commits."""
    for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        code, _, said = attempt(tree, "var", who)
        if code:
            raise FanoutError(
                f"git does not know who commits: {trouble(said).removeprefix('fatal: ')}.",
                "`git config --global user.name 'YOUR NAME'` and `git config --global user.email 'YOU@EXAMPLE.COM'` tell it.",
            )


def status(tree: str, *more: str) -> tuple[list[tuple[str, str]], str]:
    """The two letters and the path of each file that is not as committed, and why git can't say, "" when it can."""
    asked = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    code, out, err = attempt(tree, *asked, *more)
    if code != 0:
        return [], err.strip() or f"exit {code}"
    return [(record[:2], record[3:]) for record in out.split("\0") if record[3:]], ""


def ignored(tree: str, names: list[str]) -> set[str]:
    """Those of the paths, named from the tree, that git ignores; none where git can't say."""
    if not names or not os.path.exists(os.path.join(tree, ".git")):
        return set()
    data = "\0".join(names).encode("utf-8", "surrogateescape")
    code, out, _err = attempt(tree, "check-ignore", "-z", "--stdin", data=data)
    return {name for name in out.split("\0") if name} if code == 0 else set()


@lru_cache(maxsize=8)
def reads_modes(root: str) -> bool:
    """Whether git goes by the files' modes: not on file systems where every file may be executed (exFAT, WSL's /mnt)."""
    return attempt(root, "config", "--type=bool", "core.fileMode")[1].strip() != "false"


def blob(root: str, name: str) -> bytes:
    """The bytes of a blob. Raises FanoutError."""
    code, out, err = _call(root, ("cat-file", "blob", name))
    if code != 0:
        raise FanoutError(f"git cat-file failed: {err.decode('utf-8', 'replace').strip()}")
    return out


def filtered(root: str, name: str) -> bytes:
    """The bytes that a work tree would hold of `COMMIT:PATH`. Raises FanoutError."""
    code, out, err = _call(root, ("cat-file", "--filters", name))
    if code != 0:
        raise FanoutError(f"git cat-file failed: {err.decode('utf-8', 'replace').strip()}")
    return out


def diff(folder: str, *args: str) -> str:
    """The output of `git diff`, nothing converted; bytes that are no UTF-8 as lone surrogates. Raises FanoutError."""
    as_is = ("-c", "core.quotePath=false", "-c", "core.autocrlf=false", "-c", "core.safecrlf=false")
    code, out, err = _call(folder, (*as_is, "diff", *args))
    if code > 1:
        raise FanoutError(f"git diff failed: {err.decode('utf-8', 'replace').strip()}")
    return out.decode("utf-8", "surrogateescape")


def _call(
    root: str, args: tuple[str, ...], index: str | None = None, data: bytes | None = None
) -> tuple[int, bytes, bytes]:
    env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    env["GIT_OPTIONAL_LOCKS"] = "0"
    if index is not None:
        env["GIT_INDEX_FILE"] = index
    try:
        done = subprocess.run(["git", *args], cwd=root, env=env, input=data, capture_output=True, check=False)
    except FileNotFoundError:
        raise FanoutError("git is not installed.", "Install it; commits need it.") from None
    return done.returncode, done.stdout, done.stderr

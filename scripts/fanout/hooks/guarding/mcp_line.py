"""The command line that an MCP tool stands for: a shell's, or git's. It is judged as if Bash ran it."""

from __future__ import annotations

import os

from fanout.hooks.guarding import mcp

RUNS = frozenset(("command", "shell", "terminal", "process", "exec", "execute", "run", "bash", "cmd"))
LINE_KEYS = ("command", "cmd", "command_line", "commandLine")
FOLDER_KEYS = ("cwd", "workdir", "working_directory", "workingDirectory", "working_dir", "workingDir")
REPOSITORY_KEYS = ("repo_path", "repoPath", "path", "working_directory", "cwd")


def of(tool: str, call: dict[str, object], base: str) -> tuple[str, str]:
    """The line and the folder it runs in; ("", base) for a tool that stands for none."""
    server, words = mcp.parts(tool)
    if mcp.is_elsewhere(tool, call):
        return "", base
    verb = words[1:] if words[:1] == ["git"] else words if "git" in server else []
    if verb:
        name = "cherry-pick" if verb[:2] == ["cherry", "pick"] else verb[0]
        return _git(name, call), _folder(call, REPOSITORY_KEYS, base)
    if RUNS & set(words) and "editor" not in words:
        return _shell(call), _folder(call, FOLDER_KEYS, base)
    return "", base


def _folder(call: dict[str, object], keys: tuple[str, ...], base: str) -> str:
    folder = next((value for key in keys if isinstance(value := call.get(key), str) and value), "")
    return os.path.normpath(os.path.join(base, folder))


def _shell(call: dict[str, object]) -> str:
    given = next((call[key] for key in LINE_KEYS if key in call), None)
    more = call.get("args")
    if isinstance(given, list):
        return _joined(given)
    if not isinstance(given, str):
        return ""
    return f"{given} {_joined(more)}" if isinstance(more, list) else given


def _joined(items: list[object]) -> str:
    return " ".join("'" + str(item).replace("'", "'\\''") + "'" for item in items)


def _git(verb: str, call: dict[str, object]) -> str:
    """One git command; "" for those that leave the work tree and the index alone, and for those that are not known."""
    made = {"add": _add, "commit": _commit, "reset": _reset, "checkout": _checkout, "stash": _stash, "clean": _clean}
    if verb in made:
        words = made[verb](call)
    elif verb in ("merge", "rebase", "pull", "cherry-pick", "revert", "switch", "restore", "rm"):
        words = [*_refs(call), *_paths(call)]
    else:
        return ""
    return f"git {verb} {_joined(words)}".strip()


def _add(call: dict[str, object]) -> list[object]:
    return ["-A"] if call.get("all") is True else _paths(call)


def _commit(call: dict[str, object]) -> list[object]:
    flags: list[object] = ["-a"] if call.get("all") is True else []
    return [*flags, *(["--amend"] if call.get("amend") is True else []), "-m", "x"]


def _reset(call: dict[str, object]) -> list[object]:
    mode = call.get("mode")
    paths = _paths(call)
    return [*([f"--{mode}"] if isinstance(mode, str) and not paths else []), *_refs(call), *paths]


def _checkout(call: dict[str, object]) -> list[object]:
    flags: list[object] = ["-f"] if call.get("force") is True else []
    return [*flags, *(["-b"] if call.get("createBranch") is True else []), *_refs(call), *_paths(call)]


def _stash(call: dict[str, object]) -> list[object]:
    mode = call.get("mode")
    return [mode if isinstance(mode, str) else "push", *(["-u"] if call.get("includeUntracked") is True else [])]


def _clean(call: dict[str, object]) -> list[object]:
    flags = {"dryRun": "-n", "dry_run": "-n", "directories": "-d", "ignored": "-x"}
    return ["-f", *(flag for key, flag in flags.items() if call.get(key) is True)]


def _refs(call: dict[str, object]) -> list[object]:
    ref = next((call[key] for key in ("branch_name", "branch", "target", "commit", "ref") if key in call), None)
    return [ref] if isinstance(ref, str) and not ref.startswith("-") else []


def _paths(call: dict[str, object]) -> list[object]:
    given = next((call[key] for key in ("files", "paths") if key in call), None)
    items = given if isinstance(given, list) else [given] if isinstance(given, str) else []
    return ["--", *(item for item in items if isinstance(item, str))] if items else []

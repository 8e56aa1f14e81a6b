"""The environment of a client that can reach nothing of the caller's: no home, no account, no network but loopback.

make_home() -> folder
environment(home, url) -> env        built from an allow-list
check(env)                           raises NotHermetic; every start of a client goes through it
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from fanout.errors import FanoutError

DUMMY_KEY = "sk-ant-fanout-dummy-key-that-opens-nothing"
HOME_PREFIX = "fanout home-"  # with a space, as in /Users/John Doe: nothing may fail on it
MARKER = ".fanout-client-home"

# What a client may take over from the caller. No credential, no proxy, no certificate, no user folder.
INHERITED = ("PATH", "LANG", "LANGUAGE", "TERM", "COLORTERM", "TZ", "TMPDIR", "COLUMNS", "LINES")
INHERITED_PATTERN = re.compile(r"LC_[A-Z]+\Z")

# What we set, always to the same value.
FIXED = {
    "ANTHROPIC_API_KEY": DUMMY_KEY,
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION": "false",
    "SHELL": "/bin/bash",
}

# Auto mode's safety check runs only in a client that may send telemetry. What stands in for these two switches then is
# a proxy that nobody answers at: the discard port of this machine.
QUIET = ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "DISABLE_TELEMETRY")
SEALED = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}

# Folders of the temporary HOME.
SCRATCH = ("CLAUDE_CODE_TMPDIR", "TMUX_TMPDIR")

# What a test or the demo may set beside it.
KNOBS = (
    "BASH_DEFAULT_TIMEOUT_MS",
    "BASH_MAX_TIMEOUT_MS",
    "CLAUDE_AUTOCOMPACT_PCT_OVERRIDE",
    "CLAUDE_CODE_AUTO_COMPACT_WINDOW",
    "CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS",
    "CLAUDE_CODE_MAX_CONCURRENT_SUBAGENTS",
    "CLAUDE_CODE_MAX_RETRIES",
    "CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS",
    "CLAUDE_CODE_USE_POWERSHELL_TOOL",
    "ENABLE_TOOL_SEARCH",
    "IS_SANDBOX",
)
KNOB_PATTERN = re.compile(r"FANOUT_[A-Z0-9_]+\Z")


class NotHermetic(FanoutError):
    """A client was about to start with something of the caller's. It was not started."""


def make_home(project: Path) -> Path:
    """A fresh, private HOME, marked as this process's, in which every first-start dialog is answered."""
    home = Path(tempfile.mkdtemp(prefix=HOME_PREFIX)).resolve()
    (home / MARKER).write_text(str(os.getpid()), encoding="utf-8", newline="\n")
    answers = {
        "hasCompletedOnboarding": True,
        "lastOnboardingVersion": "99.0.0",
        "theme": "dark",
        "numStartups": 5,
        "autoUpdates": False,
        "bypassPermissionsModeAccepted": True,
        "officialMarketplaceAutoInstallAttempted": True,
        "customApiKeyResponses": {"approved": [DUMMY_KEY[-20:]], "rejected": []},
        "projects": {
            str(path): {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True, "allowedTools": []}
            for path in {project, project.resolve()}
        },
    }
    (home / ".claude.json").write_text(json.dumps(answers), encoding="utf-8", newline="\n")
    (home / ".claude").mkdir()
    (home / "tmp").mkdir()
    return home


def remove_home(home: Path) -> None:
    """Delete a HOME that `make_home` of this process made; any other folder is refused."""
    _check_home(str(home))
    shutil.rmtree(home, ignore_errors=True)


def environment(
    home: Path,
    url: str,
    *,
    caller: Mapping[str, str] | None = None,
    extra: Mapping[str, str] | None = None,
    safety_check: bool = False,
) -> dict[str, str]:
    """The whole environment of a client; `extra` may hold KNOBS, FANOUT_* and inherited names. Already checked.

    With `safety_check` auto mode asks its model about each call, as it does for users.
    """
    source = os.environ if caller is None else caller
    env = {name: value for name, value in source.items() if _inherited(name)}
    env.setdefault("PATH", os.defpath)
    env.setdefault("TERM", "xterm-256color")
    env |= FIXED | {"HOME": str(home), "ANTHROPIC_BASE_URL": url, "CLAUDE_CODE_TMPDIR": str(home / "tmp")}
    env["TMUX_TMPDIR"] = str(home / "tmp")  # a team's panes: a server of its own, not one of the caller's
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        env["IS_SANDBOX"] = "1"
    env |= extra or {}
    if safety_check:
        env = {name: value for name, value in env.items() if name not in QUIET} | SEALED
    check(env)
    return env


def check(env: Mapping[str, str]) -> None:
    """Return when a client may start with `env`, else raise NotHermetic with the one thing that is wrong."""
    for name in sorted(env):
        if not _allowed(name):
            raise NotHermetic(
                f"The client was not started: the variable {name} is not on the allow-list.",
                "Leave it out, or add it to KNOBS in fanout/client/hermetic.py if it carries nothing of the caller's.",
            )
    _check_home(env.get("HOME", ""))
    for name in SCRATCH:
        _check_scratch(env["HOME"], name, env.get(name, ""))
    _check_url(env.get("ANTHROPIC_BASE_URL", ""))
    for name, value in SEALED.items():
        if env.get(name, value) != value:
            raise NotHermetic(f"The client was not started: {name} must be {value!r} or absent.")
    sealed = all(env.get(name) == value for name, value in SEALED.items())
    for name, value in FIXED.items():
        if sealed and name in QUIET:
            continue
        if env.get(name) != value:
            shown = "something else" if name == "ANTHROPIC_API_KEY" and name in env else repr(env.get(name))
            raise NotHermetic(f"The client was not started: {name} must be {value!r}, it is {shown}.")


def _inherited(name: str) -> bool:
    return name in INHERITED or INHERITED_PATTERN.match(name) is not None


def _allowed(name: str) -> bool:
    return (
        _inherited(name)
        or name in FIXED
        or name in KNOBS
        or name in SEALED
        or name in ("HOME", "ANTHROPIC_BASE_URL", *SCRATCH)
        or KNOB_PATTERN.match(name) is not None
    )


def _callers_homes() -> set[str]:
    homes = {os.path.realpath(os.path.expanduser("~"))}
    with contextlib.suppress(
        KeyError, ImportError
    ):  # a container's user may have no passwd entry, Windows has none at all
        import pwd

        homes.add(os.path.realpath(pwd.getpwuid(os.getuid()).pw_dir))
    return homes


def _check_home(value: str) -> None:
    if not value:
        raise NotHermetic("The client was not started: HOME is not set.", "Make one with hermetic.make_home().")
    home = os.path.realpath(value)
    if home in _callers_homes():
        raise NotHermetic(f"The client was not started: HOME {value} is the caller's own.")
    try:
        owner = Path(home, MARKER).read_text(encoding="utf-8")
        private = not hasattr(os, "geteuid") or (
            os.stat(home).st_uid == os.geteuid() and not os.stat(home).st_mode & 0o077
        )
    except OSError:
        owner, private = "", False
    if owner != str(os.getpid()) or not private or not os.path.basename(home).startswith(HOME_PREFIX):
        raise NotHermetic(
            f"The client was not started: HOME {value} is not a fresh temporary folder of this process.",
            "Make one with hermetic.make_home().",
        )


def _check_scratch(home: str, name: str, value: str) -> None:
    if os.path.dirname(os.path.realpath(value)) != os.path.realpath(home):
        raise NotHermetic(f"The client was not started: {name} {value!r} is not a folder of its HOME.")


def _check_url(value: str) -> None:
    if not is_loopback(value):
        raise NotHermetic(
            f"The client was not started: ANTHROPIC_BASE_URL {value!r} is not http://<loopback address>:<port>.",
            "Use the url of a fanout.client.server.Server.",
        )


def is_loopback(url: str) -> bool:
    """Whether `url` is http://<a loopback address>:<port> and nothing more; host names are not looked up."""
    try:
        parts = urlsplit(url)
        address = ipaddress.ip_address(parts.hostname or "")
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and parts.path in ("", "/") and not parts.query and parts.username is None
    return plain and address.is_loopback and port is not None

"""A run that no hook answers says so: `fanout start` leaves a mark, which `hooks/start` removes with the first event."""

from __future__ import annotations

import os
import time

from fanout.run.store import state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.run.store.records import Run

NAME = "no-hook-yet"
READ = "a brief was read\n"
PATIENCE = 5.0  # seconds: the client reports a command's end only after it
SETTINGS = ("settings.json", "settings.local.json")
MANAGED = (
    "/etc/claude-code/managed-settings.json",
    "/Library/Application Support/ClaudeCode/managed-settings.json",
    "C:/Program Files/ClaudeCode/managed-settings.json",
)
PLUGIN = "spec@"
ON_WINDOWS = os.name == "nt"
UNPROVEN = (
    "NOT GUARDED: on Windows itself no guard has been proved; names with a drive or backslashes may pass it. Run Claude Code in "
    "WSL for a guarded run, or one agent at a time here."
)


def expect(root: str) -> None:
    """From now on a hook is waited for."""
    state_dir.write_whole(_mark(root), "")


def missing_since(root: str, patience: float = PATIENCE) -> float | None:
    """How many seconds no hook has answered; None when one has, or when none had the time to."""
    try:
        waited = time.time() - os.stat(_mark(root)).st_mtime
    except OSError:
        return None
    return None if waited < patience and patience else waited


def on_brief(root: str) -> str:
    """What an agent and the user are to know as a brief is read, "" when a hook has answered. Its launch was no hook's."""
    waited = missing_since(root, patience=0)
    if waited is None or not is_in_client():
        return ""
    with open(_mark(root), "r+", encoding="utf-8", newline="\n") as file:  # its time stays the run's beginning
        file.write(READ)
    os.utime(_mark(root), (time.time() - waited,) * 2)
    return _not_guarded(root, waited)


def warning_of(root: str, run: Run) -> str:
    """What is to be known of a run beside its state. Without a brief that was read, a line that the user typed with ! is not
    told from one of Claude's, which a hook would have answered."""
    waited = missing_since(root)
    if run.state != "active" or waited is None:
        return ""
    if _is_read(root):
        return _not_guarded(root, waited)
    if not is_in_client():
        return ""
    return (
        f"No hook of fanout has fired in the {waited:.0f} s since the run began. If Claude typed this line, the run is NOT "
        f"GUARDED: {cause(root)} Tell the user, and launch nothing. If the user typed it, all may be well."
    )


def _not_guarded(root: str, waited: float) -> str:
    return (
        f"NOT GUARDED: no hook of fanout has fired in the {max(waited, 0):.0f} s since the run began, so nothing keeps "
        f"agents off each other's files. {cause(root)} Tell the user."
    )


def _is_read(root: str) -> bool:
    try:
        with open(_mark(root), encoding="utf-8") as file:
            return file.read() == READ
    except OSError:
        return False


def is_in_client() -> bool:
    """Whether this command was typed by a conversation of the client."""
    return bool(os.environ.get("CLAUDE_CODE_SESSION_ID"))


def cause(root: str) -> str:
    """Why no hook fires, as far as that can be seen, and what to do."""
    for path in MANAGED:
        if _read(path).get("allowManagedHooksOnly") is True:
            return f"{path} has allowManagedHooksOnly: your administrator allows no hooks of plugins."
    home = os.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".claude")
    places = [os.path.join(folder, name) for folder in (os.path.join(root, ".claude"), home) for name in SETTINGS]
    for path in [*places, *MANAGED]:
        settings = _read(path)
        if settings.get("disableAllHooks") is True:
            return f"{path} has disableAllHooks: take it out."
        if name := _disabled(settings):
            return f"{path} switches the plugin {name} off: /plugin switches it on."
    if ON_WINDOWS and not git_bash():
        return "Hooks need Git Bash: install Git for Windows, or set CLAUDE_CODE_GIT_BASH_PATH."
    if os.environ.get("CLAUDE_CODE_SIMPLE"):
        return "The client was started with --bare or CLAUDE_CODE_SIMPLE, without hooks."
    return "Was the client started before the plugin was installed, or without it? /plugin shows it; then start the client again."


def git_bash() -> str:
    """Where Git's bash is on Windows, "" when it is nowhere."""
    from fanout.run.evidence import command

    told = os.environ.get("CLAUDE_CODE_GIT_BASH_PATH", "")
    if told and os.path.isfile(told):
        return told
    found = command.shell()
    return found if found != "sh" else ""


def _disabled(settings: dict[str, object]) -> str:
    plugins = settings.get("enabledPlugins")
    names = plugins.items() if isinstance(plugins, dict) else ()
    return next((str(name) for name, on in names if str(name).startswith(PLUGIN) and on is False), "")


def _read(path: str) -> dict[str, object]:
    import json

    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _mark(root: str) -> str:
    return os.path.join(state_dir.folder_of(root), NAME)

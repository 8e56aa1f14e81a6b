"""What a git command's settings and environment start or write beside it: editors, pagers of diffs, traces, hooks."""

from __future__ import annotations

from fanout.shell import lazy_re as re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect

# Settings and variables whose value is a command line that git runs.
PROGRAMS = (  # rare: compiled when met
    r"core\.(?:fsmonitor|editor|sshcommand|gitproxy|askpass|pager|alternaterefscommand)|sequence\.editor|diff\.external"
    r"|diff\..*\.(?:textconv|command)|filter\..*\.(?:clean|smudge|process)|merge\..*\.driver|gpg\.(?:.*\.)?program"
    r"|credential\.(?:.*\.)?helper|(?:diff|merge)tool\..*\.cmd|interactive\.difffilter|pager\..*|uploadpack\.packobjectshook"
)
# Those of them that git runs to answer, and settings from elsewhere.
DECIDING = (
    r"diff\.external|diff\..*\.(?:textconv|command)|filter\..*\.(?:clean|smudge|process)|include(?:if\..*)?\.path"
)
PROGRAM_VARIABLES = (
    "GIT_EXTERNAL_DIFF", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS",
    "GIT_PROXY_COMMAND",
)  # fmt: skip
EDITING = frozenset("commit merge rebase revert cherry-pick tag notes am config".split())
HOOKED = frozenset("commit merge rebase checkout switch am push".split())
# What of GIT_CONFIG_* is followed (given_settings.py) or turns settings off; and the files that hold none.
QUIET_CONFIG = r"NOSYSTEM|COUNT|PARAMETERS|(?:KEY|VALUE)_\d+"
NO_FILES = ("", "/dev/null")


def programs(call: Call, effect: GitEffect) -> None:
    """Command lines that its settings and the environment give it, and files that it traces to."""
    for at, word in enumerate(effect.options):
        if word == "-c":
            _setting(call, effect, *effect.options[at + 1].partition("="))
    for name in PROGRAM_VARIABLES:
        text = call.shell.env.get(name)
        if text and (effect.verb in EDITING or not name.endswith("EDITOR")):
            call.shell.run_text(text, "git")
    for name, value in call.shell.env.items():
        if name.startswith(("GIT_TRACE", "GIT_TR2")) and value.startswith("/"):
            call.write(value)
        elif name.startswith("GIT_CONFIG_") and not _is_quiet(name[11:], value):
            call.unknown("is given settings that are not followed")


def _is_quiet(name: str, value: str) -> bool:
    return bool(re.fullmatch(QUIET_CONFIG, name)) or (name in ("GLOBAL", "SYSTEM") and value in NO_FILES)


def _setting(call: Call, effect: GitEffect, name: str, equals: str, value: str) -> None:
    if re.fullmatch(PROGRAMS, name, re.I) and equals and value.lower() not in ("true", "false", ""):
        call.shell.run_text(value.lstrip("!"), "git")
    elif name.lower() == "core.hookspath" and effect.verb in HOOKED:
        call.unknown("runs hooks from another folder")
    elif re.fullmatch(r"include(?:if\..*)?\.path", name, re.I) and value not in NO_FILES:
        call.unknown("is given settings that are not followed")

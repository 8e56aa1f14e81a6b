"""Test runners and build tools, and programs with subcommands of which some only read."""

from __future__ import annotations

from fanout.shell.effects import GitEffect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


READING_VERBS: dict[str, str] = {
    "docker": "ps images logs inspect version info stats top port history search events diff context network volume",
    "podman": "ps images logs inspect version info stats top port history search",
    "kubectl": "get describe logs top version explain api-resources cluster-info config auth diff",
    "helm": "list status get history version search show template lint env",
    "gh": "pr issue run repo api auth search status release workflow gist browse label secret variable",
    "glab": "mr issue ci repo api auth",
    "aws": "sts",
    "gcloud": "config info version",
    "systemctl": "status is-active is-enabled list-units list-unit-files show cat",
    "brew": "list info search outdated deps uses config doctor --version --prefix",
    "apt": "list show search policy",
    "apt-get": "",
    "apt-cache": "search show policy depends rdepends madison",
    "dpkg": "-l -L -s -S --list --status --listfiles --search --print-architecture",
    "rpm": "-q -qa -ql -qi -qf",
    "rustup": "show which --version",
    "nvm": "ls current which list",
    "pyenv": "versions version which root prefix",
    "crontab": "-l",
    "fanout": "",
    "claude": "--version",
    "pre-commit": "--version validate-config",
    "journalctl": "",
    "conda": "list info search env",
    "gem": "list search info environment",
    "bundle": "list show info check outdated exec-help",
    "composer": "show info validate outdated",
    "dotnet": "--version --info --list-sdks --list-runtimes",
    "mvn": "-v --version help:effective-pom",
    "deno": "--version info lint check types",
    "swift": "--version",
    "flutter": "--version doctor devices",
    "dart": "--version analyze",
    "mix": "help",
    "redis-cli": "get keys info ping ttl type exists scan dbsize",
    "vagrant": "status version",
    "nix": "--version search eval show-config",
    "tmux": "ls list-sessions capture-pane list-windows list-panes display-message",
    "az": "account version",
    "heroku": "logs config ps apps",
    "fly": "status logs",
    "vercel": "ls inspect whoami",
    "ansible": "--version",
}


# Words by which it runs another program.
RUNNING: dict[str, tuple[str, ...]] = {
    "bundle": ("exec",),
    "composer": ("exec",),
    "conda": (),
}


def _checks_out(call: Call) -> None:
    """`gh pr checkout`: another branch, as git would say."""
    effect = GitEffect("pr checkout", call.args[2:], call.world.cwd)
    effect.scope = "refs"
    call.shell.effects.git.append(effect)


def service(call: Call) -> None:
    """Test runners and build tools, and programs with subcommands of which some only read."""
    plain = call.args[0] if call.args else ""
    if plain in RUNNING.get(call.name, ()) and len(call.args) > 1:
        rest = call.args[1:]
        call.run(rest[1:] if rest[:1] == ["--"] else rest)
        return
    reading = READING_VERBS[call.name].split()
    if not call.args or plain in reading or plain in ("--version", "version", "--help", "help", "-v", "-V", "-h"):
        if call.name in ("gh", "glab") and call.args[1:2] in (
            ["checkout"],
            ["clone"],
            ["create"],
            ["download"],
            ["merge"],
        ):
            call.unknown("may write: what it brings is not known")
            if call.args[1] == "checkout":
                _checks_out(call)
    elif call.name == "journalctl":
        pass
    else:
        call.unknown("may write: what it does is not known")
    call.emit(None)


def runner(call: Call) -> None:
    """Test runners, build tools, project scripts: they read mostly, and may write anything."""
    if call.args and all(arg in ("--version", "-v", "--help", "-h", "-V", "version", "help") for arg in call.args):
        call.emit(None)
        return
    if call.name in ("make", "gmake", "ninja", "just", "task") and any(
        arg in ("-n", "--dry-run", "--just-print", "-q", "--list", "-l", "--summary") for arg in call.args
    ):
        call.emit(None)
        return
    call.unknown("runs the project's own code or build, which may write anything")
    call.emit(None)

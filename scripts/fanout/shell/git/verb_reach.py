"""How a verb's function says what the command reaches, and which files its words name."""

from __future__ import annotations

from fanout.shell.globs import UNKNOWN, tags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed

MINE = "<your files>"
WAIT = "wait until your siblings end, or do it in a worktree of its own (git worktree add)"


def harm(effect: GitEffect, scope: str, what: str, safe: str) -> None:
    effect.scope, effect.endangers, effect.safe_form = scope, what, safe


def named(call: Call, effect: GitEffect, paths: list[str]) -> None:
    """Reports single files as writes; a folder, a pattern or a list from elsewhere is known to git only."""
    effect.paths = paths
    for path in paths:
        simple = not path.startswith(":") and not any(char in path for char in "*?[") and UNKNOWN not in path
        if simple and path and not call.world.is_folder(path):
            call.write(path)
        else:
            call.unknown(f"{effect.verb} changes the files that git finds for {path.replace(UNKNOWN, '?')}")


def from_file(call: Call, parsed: Parsed) -> list[str]:
    """The pathspecs of `--pathspec-from-file`."""
    source = parsed.options.get("pathspec-from-file")
    if source is None:
        return []
    text = call.input() if source == "-" else call.world.read(source)
    if text is not None and tags(text):
        return [text.strip()]
    return [UNKNOWN] if text is None else [line for line in text.replace("\0", "\n").split("\n") if line]

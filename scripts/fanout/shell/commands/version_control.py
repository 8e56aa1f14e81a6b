"""Version control beside git (jj, Mercurial, Sapling, Subversion): which commands set files back or elsewhere, and which."""

from __future__ import annotations

from fanout.shell.call import Options
from fanout.shell.effects import TRUNCATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

READING = {
    "hg": "status st log diff cat annotate branches tags heads files summary identify manifest root paths",
    "sl": "status st log diff cat annotate bookmarks files summary identify root smartlog",
    "svn": "status st log diff info cat blame list ls",
    "jj": "log status diff show st evolog",
}
# Verbs that put other bytes in place of what is in no commit; `verb:option,...` with one of these options only, unless it
# names paths.
TAKING = {
    "jj": "restore abandon undo redo new edit squash:-r,--revision,--from,--into,--to,-t,-f split rebase next prev",
    "hg": "revert:-a,--all update:-C,--clean up:-C,--clean checkout:-C,--clean co:-C,--clean purge clean shelve strip rollback",
    "sl": "revert:-a,--all goto:-C,--clean purge clean shelve hide undo uncommit",
    "svn": "revert:-R,--recursive,--depth cleanup:--remove-unversioned,--remove-ignored switch sw",
}
NAMING = frozenset("restore revert shelve purge clean".split())
VALUES = frozenset(
    "-r --rev --revision -m --message --from --to --into -c --changes --depth --destination -d -s".split()
)


REMOVING = {"hg": "remove rm", "sl": "remove rm", "svn": "delete del remove rm"}
RENAMING = {"hg": "rename move mv ren", "sl": "rename move mv", "svn": "move mv rename ren"}


def version_control(call: Call) -> None:
    words, given = _words(call.args)
    verb = words[0] if words else "help"
    if verb in READING[call.name].split() or verb in ("help", "version") or given & {"--help", "-h", "--version"}:
        call.emit(None)
        return
    call.unknown("may write: what it does is not known")
    if verb in REMOVING.get(call.name, "").split() and not given & {"--keep-local", "-n", "--dry-run"}:
        for path in words[1:]:
            call.delete(path, call.world.is_folder(path))
    if verb in RENAMING.get(call.name, "").split() and not given & {"-n", "--dry-run", "-A", "--after"}:
        from fanout.shell.commands.files import targets
        from fanout.shell.copies import move

        for source, target in targets(call, Options(["--", *words[1:]])):
            move(call, source, target)
    if call.name == "jj" and verb in ("op", "operation"):
        words = words[1:]
        verb = "undo" if words[:1] in (["restore"], ["undo"], ["revert"]) else ""
    if call.name == "jj" and verb == "new" and not words[1:]:
        return  # a change on top: the files stay
    rule = next((one for one in TAKING[call.name].split() if one.partition(":")[0] == verb), "")
    paths = words[1:] if verb in NAMING else []
    needs = set(rule.partition(":")[2].split(",")) - {""}
    if rule and not given & {"-n", "--dry-run"} and (paths or not needs or needs & given):
        for path in paths or ["."]:
            call.shell.write(path, TRUNCATE, call.world.is_folder(path), call.name)


def _words(args: list[str]) -> tuple[list[str], set[str]]:
    """The words and the names of the options; values of options are neither."""
    words, given, rest = [], set(), list(args)
    while rest:
        arg = rest.pop(0)
        if not arg.startswith("-"):
            words.append(arg)
            continue
        given.add(arg.partition("=")[0])
        if arg in VALUES and rest:
            rest.pop(0)
    return words, given

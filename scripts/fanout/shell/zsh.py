"""A line as zsh reads it: what it spells in another way is read so; what it would expand in another way is not known."""

from __future__ import annotations

import re

from fanout.shell.analysis import analyse as as_bash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.effects import Effects
    from fanout.shell.git.gitrepo import GitRepo

# The longest first.
FORCED = {
    "&>>!": "&>>", ">>&!": "&>>", ">>&|": "&>>", "&>!": "&>", ">&!": "&>", ">&|": "&>", ">>!": ">>", ">>|": ">>", ">!": ">|",
}  # fmt: skip
QUOTED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:^|(?<=[\s;]))#[^\n]*", re.S)
OTHERWISE = (
    (re.compile(r"\$\w+\[|\$\{\w+\[\s*-?\d|\$\{\(|\$\w*:[a-z]|\$=|\$~|\$\^"), "subscripts and flags of zsh"),
    (re.compile(r"\*\*|[*?\])/\w]\([^()\s|&;<>]*\)(?!\s*\{)|<\d*-\d*>"), "patterns of zsh"),
    (re.compile(r"(?:^|[\s;&|(])=[A-Za-z]"), "the path of a program by ="),
    (re.compile(r"\bfor\s+\w+(?:\s+\w+)*\s*\(|\bforeach\b|\brepeat\s|\balways\b|&[!|]"), "words of zsh"),
    (re.compile(r"\b(?:setopt|unsetopt|emulate|zmv|zmodload|autoload|typeset|zparseopts|print)\b"), "commands of zsh"),
)
ALSO = (  # of a line whose quotes are taken out
    (re.compile(r">[|&]?[ \t]*(?:[^\s;&|<>{*?\[$]|\$\{[^}]*\}|\$(?!\{))*[{*?\[]"), "a redirection to several files"),
    (
        re.compile(r"\balias\s+-\w*[gs]|\b(?:[gs]?aliases|functions|commands|nameddirs|options)(?:\[\w+\])?\+?="),
        "what names mean",
    ),
    (
        re.compile(r"(?:^|[\s;&|({])(?:cd|pushd)[ \t]+[^\s;&|<>(){}-][^\s;&|<>()]*[ \t]+[^\s;&|<>(){}\d#]"),
        "a folder of two words",
    ),
)
SET = re.compile(r"(?:^|[\s;&|(])(?:\w+=|read\s|for\s)")
USED = re.compile(r"\$\{?\w")


def analyse(
    command: str, cwd: str, *, home: str = "", env: dict[str, str] | None = None, repo: GitRepo | None = None
) -> Effects:
    """What `command` would do when zsh runs it in `cwd`."""
    line = translated(command)
    effects = as_bash(line, cwd, home=home, env=env, repo=repo)
    why = difference(line)
    if why:
        effects.unknowable(f"zsh may read it otherwise: {why}")
    return effects


def translated(command: str) -> str:
    """With bash's spelling of a redirection that zsh forces."""
    if "!" not in command and "|" not in command:
        return command
    parts, at = [], 0
    for quoted in QUOTED.finditer(command):
        parts += [_forced(command[at : quoted.start()]), quoted[0]]
        at = quoted.end()
    return "".join([*parts, _forced(command[at:])])


def _forced(text: str) -> str:
    for zsh, bash in FORCED.items():
        text = text.replace(zsh, bash)
    return text


def difference(command: str) -> str:
    """Why zsh may do something else than bash, "" when it does the same."""
    bare = QUOTED.sub(lambda found: "_" if found[0][:1] == "'" else found[0] if found[0][:1] == '"' else " ", command)
    for pattern, what in OTHERWISE:
        if pattern.search(bare):
            return what
    unquoted = QUOTED.sub(lambda found: " " if found[0][:1] == "#" else "_", command)
    for pattern, what in ALSO:
        if pattern.search(unquoted):
            return what
    if SET.search(unquoted) and USED.search(unquoted):
        return "it does not part the value of a variable into words"
    return "a here-document, and a redirection of zsh" if "<<" in unquoted and ">|" in command else ""

"""Is this Bash line exactly our own command line, and nothing else?

Only then a hook may answer `allow`, so that nobody is asked, in any permission mode, for what looks at a source or at
the journal, or says something to it. Several such commands may follow one another, and the end of what one prints may
be cut off. An option that is not in OPTIONS, a path outside the project, any other shell operator: the line is no
longer ours, and the user's permissions decide.
"""

from __future__ import annotations

import os
import re

ALLOW: dict[str, object] = {
    "hookSpecificOutput": {
        "hookEventName": "PreToolUse",
        "permissionDecision": "allow",
        "permissionDecisionReason": "fanout's own command line",
    }
}
OF_A_RUN = ("brief", "next", "status", "report", "diff", "done", "fail", "ask", "claim", "why")
OF_A_SOURCE = ("plan", "read", "check", "advise", "refine")
OF_NOTHING = ("overlap", "writes", "schema", "guide", "doctor", "audit")
OF_TASK_FILES = ("status", "next", "parallel", "batches", "deps", "blocked", "validate")
OF_MAIN = ("pause", "go", "first", "amend", "add", "cap", "resume", "skip", "retry", "release", "cancel")
"""What the user's words during a run come to: they change the journal, `retry` also what the failed agent wrote."""

UNCHECKED = (
    r"\bas (?:it|they) (?:is|are|stands?)\b|\bunchecked\b|\b(?:no|without|skip|drop|forget|leave out) (?:the |any |all )?"
    r"(?:checks?|tests?|checking|testing)\b|\b(?:don'?t|do not|needn'?t|need not) (?:check|test|run the tests?)\b"
)
ASKED_FOR = {
    "commit": r"\bcommit",
    "undo": r"\bundo|\brevert|\b(?:take|roll)\w*\b.{0,60}\bback",
    "--beyond": r"\bbeyond\b|\bbelong|\binclud|\beverything\b|\ball of it\b|\btoo\b|\bas well\b|\balso\b",
    "--no-checks": UNCHECKED,
    "--unchecked": UNCHECKED,
    "--again": r"\bagain\b|\bonce more\b|\bredo\b|\banew\b|\bretry|\binstead\b|\bdo .{0,60}\bover\b",
}
"""For the main conversation whose user has typed such words: what commits, or takes back work that is done."""

ACCEPT = "--accept"  # of `amend`: a command that will be run, free where the user has typed that very command

OPTIONS = """
    --after --agent --all --barrier --base --batches --chart --check --dry-run --effort --files --format --heavy --help
    --interactive --json --lanes --learned --markdown --max-parallel --mermaid --minutes --no-chart --note --now --only
    --order --perspectives --reads --skip --stated --strict --tasks --text --trailer --tree --version --wait --why --worker
    --writes -h
""".split()  # noqa: SIM905 (a word block)
QUOTES_OF_POWERSHELL = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e"  # they end a string there, as ' and " do
BEFORE_OURS = (".ps1", ".exe", ".cmd", ".bat", ".com")  # what PowerShell finds for `fanout` under another name
OWN_TASK = ("done", "fail")
STEERING = (*OF_MAIN, "start", "drive", "land", "undo", "discard", "commit", "pull", "push")
BARE = r"[A-Za-z0-9_./:,@%+=-]+"
WORD = re.compile(rf"""[ \t]+(?:({BARE})|'([^'\n]*)'|"([^"\\$`!\n]*)")(?=[\s;&|]|\Z)""")
START = re.compile(rf"\s*({BARE})")
SHORTENED = re.compile(r"(?:[ \t]+2>&1)?(?:[ \t]*\|[ \t]*(?:head|tail)(?:[ \t]+(?:-n[ \t]*|-)\d+)?)?")
NEXT = re.compile(r"\s*(?:;|&&|\|\||\n)\s*")
HERE = re.compile(
    r"(?s)(?P<call>[^\n]*?)[ \t]+<<-?[ \t]*(?P<quote>['\"])(?P<end>\w+)(?P=quote)[ \t]*\n(?P<text>.*)\n[ \t]*(?P=end)\s*"
)


# What headless clients may do without a question, which program they are and on whose machines, only the user says.
TERMS = re.compile(
    r"\bfanout\b.*\bdrive\b.*--(?:permission-mode|allow|client|cluster|hub|tls-)|\bfanout\s+worker\b", re.DOTALL
)


def refusal_of_terms(command: str) -> str:
    """Why a model may not run this line, "" when it may."""
    if not TERMS.search(command):
        return ""
    return (
        "what headless clients may do without a question, and on which machines, is for the user to say. Ask them to type "
        "`!fanout drive RUN --permission-mode MODE` themselves; it is kept, and then `fanout drive RUN` is enough."
    )


def refusal(command: str, run: str, task: str) -> str:
    """Why the agent of a task may not run this command of ours, "" when it may: the run is steered from outside."""
    return next((said for words in calls(command) if (said := _refusal_of(words, run, task))), "")


def _refusal_of(words: list[str], run: str, task: str) -> str:
    if len(words) < 2 or os.path.basename(words[0]) != "fanout":
        return ""
    if words[1] in STEERING:
        return (
            f"`fanout {words[1]}` is for the user and the main conversation; you do task {task} of {run}. Say what you "
            f"need in your last line: `NEEDS|{task}|...` or `BLOCKED|{task}|...`."
        )
    if words[1] == "done" and "--unchecked" in words:
        return f"You do task {task} of {run}, and it is checked: `fanout done {run}/{task} 'what you did'`."
    named = next((word for word in words[2:] if not word.startswith("-")), "")
    if words[1] in OWN_TASK and named and named not in (task, f"{run}/{task}"):
        return f"You do task {task} of {run}, and say only of it that it is done or failed. {named} is another one's."
    return ""


def is_own(
    line: str, plugin: str, path: str, root: str, is_main: bool = False, asked_for: tuple[str, ...] = ()
) -> bool:
    """`plugin` is the plugin's folder, `path` the PATH that a shell would search before the plugin's bin, `root` the
    project: what lies outside it is not read. `is_main`: what steers a run is allowed too, and what the user has `asked_for`.
    """
    more = (*OF_MAIN, *asked_for) if is_main else ()  # verbs, and options
    here = _here(line)
    found = [split(here["call"])] if here and "-" in split(here["call"])[2:] else calls(line)
    if len(found) > 1 and found[0][0] == "cd" and len(found[0]) == 2 and _is_inside(found[0][1:], root):
        found = found[1:]
    return bool(found) and all(_is_plain(words, root, more) and is_ours(words[0], plugin, path) for words in found)


def typed_for(wanted: tuple[str, ...]) -> list[str]:
    """What the user has to have typed, each a regular expression, for a line with what they `asked_for`."""
    return [ASKED_FOR[word] for word in wanted if word in ASKED_FOR]


def checks(line: str) -> dict[str, str]:
    """The commands that a line gives as checks, each with the regular expression of what the user has to have typed."""
    given = [check for words in calls(line) for check in _checks(words)]
    return {one: rf"(?<!\S)[`'\"]?{re.escape(one)}[`'\"]?(?![\w/:-]|\.\w)" if one else r"(?!)" for one in given}


def _checks(words: list[str]) -> list[str]:
    """The commands that a call of ours gives as checks, "" for one that is missing."""
    behind = [value for word, value in zip(words, [*words[1:], ""]) if word == ACCEPT]
    return behind + [word.partition("=")[2] for word in words if word.startswith(f"{ACCEPT}=")]


def started(line: str, plugin: str, path: str, root: str) -> tuple[list[str], str] | None:
    """The words after `start`, and what comes as standard input, when a line is exactly one `fanout start`."""
    here = _here(line)
    found = [split(here["call"])] if here else calls(line)
    if len(found) == 2 and found[0][0] == "cd" and len(found[0]) == 2 and _is_inside(found[0][1:], root):
        found = found[1:]
    if len(found) != 1 or len(found[0]) < 3 or found[0][1] != "start" or not is_ours(found[0][0], plugin, path):
        return None
    words = found[0][2:]
    if ("-" in words) != (here is not None) or not _is_inside(words, root):
        return None
    return words, here["text"] + "\n" if here else ""


def _here(line: str) -> re.Match[str] | None:
    """A command with a here-document that nothing is expanded in and nothing follows."""
    here = HERE.fullmatch(line)
    return None if here is None or any(text.strip() == here["end"] for text in here["text"].split("\n")) else here


def _is_plain(words: list[str], root: str, more: tuple[str, ...]) -> bool:
    if len(words) < 2:
        return False
    if words[1].startswith("-"):
        return len(words) == 2 and words[1] in OPTIONS
    of_a_run = words[1] in (*OF_A_RUN, *OF_MAIN, *ASKED_FOR)
    return _is_known(words, more) and _is_inside(words[2:], "" if of_a_run else root, more)


def _is_known(words: list[str], more: tuple[str, ...]) -> bool:
    if words[1] == "tasks":
        return words[2:3] != [] and words[2] in OF_TASK_FILES
    if words[-1] in ("--help", "-h"):
        return True
    return words[1] in (*OF_A_RUN, *OF_A_SOURCE, *OF_NOTHING, *more)


def _is_inside(words: list[str], root: str, more: tuple[str, ...] = ()) -> bool:
    """Every option is known, or one of these more, and with `root` no word names a place outside it."""
    options = (word.split("=")[0] for word in words if word.startswith("-") and word != "-")
    if any(option not in OPTIONS and option not in more for option in options):
        return False
    top = os.path.realpath(root) if root else ""
    return not root or all(_lies_below(word.split("=")[-1], top) for word in words)


def _lies_below(word: str, top: str) -> bool:
    whole = os.path.realpath(os.path.join(top, word))
    return whole == top or whole.startswith(os.path.join(top, ""))


def is_plain_powershell(line: str, path: str) -> bool:
    """Whether PowerShell reads a line that `is_own` as bash does: one kind of quotes, of ASCII alone, no here-document, and
    on the PATH no other program that `fanout` means there."""
    quotes = set(line) & {"'", '"', "<", *QUOTES_OF_POWERSHELL}
    folders = [folder for folder in path.split(os.pathsep) if folder]
    others = (os.path.join(folder, f"fanout{ending}") for folder in folders for ending in BEFORE_OURS)
    return quotes in (set(), {"'"}, {'"'}) and not any(map(os.path.exists, others))


def is_ours(program: str, plugin: str, path: str) -> bool:
    """Whether a shell would start the plugin's own command line for the word `program`."""
    ours = os.path.realpath(os.path.join(plugin, "bin", "fanout"))
    if "/" in program:
        return os.path.isabs(program) and os.path.realpath(program) == ours
    return program == "fanout" and all(os.path.realpath(place) == ours for place in _on_path(path))


def calls(line: str) -> list[list[str]]:
    """The words of each command of a line that only has plain ones; [] when it is more."""
    found = []
    place = 0
    while line[place:].strip():
        words, place = _plain(line, place)
        following = NEXT.match(line, place)
        if not words or (following is None and line[place:].strip()):
            return []
        found.append(words)
        place = following.end() if following else len(line)
    return found


def split(command: str) -> list[str]:
    """The words of a plain command; [] when it is more: any operator, expansion, assignment or line break."""
    words, end = _plain(command, 0)
    return [] if command[end:].strip() else words


def _plain(line: str, place: int) -> tuple[list[str], int]:
    """The words of the command that begins at a place, [] when it begins with none; and where they end."""
    first = START.match(line, place)
    if first is None or "=" in first.group(1):
        return [], place
    words = [first.group(1)]
    place = first.end()
    while word := WORD.match(line, place):
        words.append(next(group for group in word.groups() if group is not None))
        place = word.end()
    shortened = SHORTENED.match(line, place)
    return words, shortened.end() if shortened else place


def _on_path(path: str) -> list[str]:
    """Every `fanout` that a shell could find."""
    places = [os.path.join(folder, "fanout") for folder in path.split(os.pathsep) if folder]
    return [place for place in places if os.path.exists(place)]

"""Which paths an MCP tool would write, as far as its name and its arguments tell: there is no contract for that.

What is taken for a path is one with certainty. What is not seen here is seen afterwards: siblings' files are looked at
before and after every tool that does not just read.
"""

from __future__ import annotations

import os
import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of a tool's name: it reads, it writes, what it writes is files, what it writes is something else.
READS = _set("""
read get list search find view show fetch query describe lookup status log diff blame count check inspect explain
analyze resolve open navigate click hover type fill wait snapshot
""")
WRITES = _set("""
write edit create delete remove move rename copy patch replace insert append save truncate apply update modify put
set make mkfile touch overwrite add export download generate convert format reformat screenshot upsert str
""")
FILES = _set("""
file files text document notebook cell image screenshot pdf content contents symbol lines code regex editor
""")
OTHER_THINGS = _set("""
comment comments issue issues ticket review reviews task tasks todo note notes message messages draft event events
thread breakpoint memory label link request page row rows record records customer node translation branch release
""")
FOLDERS = frozenset(("directory", "folder", "dir"))
MOVES = frozenset(("move", "rename"))
LONGEST_PATH = 4096
WHOLE_FOLDER = frozenset(("delete", "remove", "move", "rename", "format", "reformat"))

# Servers whose files and commands are not of this machine, by a word of their name, and the arguments that say so.
ELSEWHERE = _set("""
github gitlab bitbucket gmail google gdrive drive calendar slack discord telegram teams notion linear jira
confluence atlassian asana trello todoist airtable figma canva stripe hubspot salesforce zapier sentry datadog
grafana supabase vercel netlify cloudflare aws azure gcp s3 postgres postgresql mysql sqlite mongodb redis snowflake
bigquery ssh docker podman kubernetes k8s kubectl i18n
""")
ELSEWHERE_ARGUMENTS = _set("""
owner repo repository bucket container pod host hostname namespace cluster channel database table collection
project_id projectid workspace_id workspaceid org organization spreadsheet_id spreadsheetid page_id pageid
""")

PATH_KEY = re.compile(  # says by itself that it holds a path
    r"(file|relative|absolute|target|dest|destination|output|out|save|notebook|new)_?path|pathinproject|"
    r"(target|output|out|dest|destination|new)_?file(name)?",
    re.IGNORECASE,
)
LOOSE_KEY = re.compile(r"path|file|uri|paths|files|file_?name|dest|destination|dst|output", re.IGNORECASE)
GOAL_KEY = re.compile(r"to|new|target", re.IGNORECASE)
SOURCE_KEY = re.compile(r"(source|src|old|from|input)_?(path|file|name)?", re.IGNORECASE)
PATCHED = re.compile(
    r"^(?:\*\*\* (?:Add|Update|Delete) File: |\*\*\* Move to: |\+\+\+ b/|--- a/)(.+?)\s*$", re.MULTILINE
)


def words_of(name: str) -> list[str]:
    """The words of a name in any of its spellings: write_file, writeFile, write-file."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def parts(tool: str) -> tuple[list[str], list[str]]:
    """The words of the server's name and those of the tool's own."""
    server, _, name = tool[len("mcp__") :].rpartition("__")
    return words_of(server), words_of(name)


def is_elsewhere(tool: str, call: dict[str, object]) -> bool:
    """Whether what it names is not on this machine."""
    server, _ = parts(tool)
    if server[:2] == ["claude", "ai"] or ELSEWHERE & set(server):
        return True
    return any(key.lower() in ELSEWHERE_ARGUMENTS for key in call)


def only_reads(tool: str, call: dict[str, object]) -> bool:
    """Whether its name says that it writes no file."""
    _, words = parts(tool)
    if call.get("command") == "view":  # an editor's tool whose argument says what it does
        return True
    return bool(READS & set(words)) and not WRITES & set(words)


def base(root: str) -> str:
    """The folder that relative paths are meant from: servers run where the client was started."""
    started = os.environ.get("CLAUDE_PROJECT_DIR", "")
    return started if f"{started}/".startswith(f"{root}/") else root


def targets(tool: str, call: dict[str, object], base: str) -> list[str]:
    """The paths that the call would write; relative ones are meant from `base`."""
    words = frozenset(parts(tool)[1])
    if only_reads(tool, call) or not WRITES & words or is_elsewhere(tool, call):
        return []
    if OTHER_THINGS & words or (FOLDERS & words and not WHOLE_FOLDER & words):  # a new folder harms nobody
        return []
    paths: list[str] = []
    _collect(call, paths, words, base, 0)
    if "patch" in words:
        paths += [path for text in call.values() if isinstance(text, str) for path in PATCHED.findall(text)]
    there = WHOLE_FOLDER & words
    return [path for path in dict.fromkeys(paths) if there or not os.path.isdir(os.path.join(base, path))]


def _collect(call: dict[str, object], paths: list[str], words: frozenset[str], base: str, depth: int) -> None:
    for key, item in call.items():
        if isinstance(item, dict) and key.lower() == "files":  # path: content
            item = list(item)
        for each in item if isinstance(item, list) else [item]:
            if isinstance(each, dict) and depth < 4:
                _collect(each, paths, words, base, depth + 1)
            elif isinstance(each, str) and (path := _path(key, each, words, base)):
                paths.append(path)


def _path(key: str, text: str, words: frozenset[str], base: str) -> str:
    """The path that an argument holds, "" when it holds none."""
    path = text[len("file://") :] if text.startswith("file://") else text
    if not _may_be_path(path) or ("browser" in words and not os.path.isabs(path)):  # goes to the browser's own folder
        return ""
    full = os.path.join(base, path)
    if SOURCE_KEY.fullmatch(key):
        is_written = bool(MOVES & words) and os.path.lexists(full)
    elif PATH_KEY.fullmatch(key):
        is_written = True
    elif GOAL_KEY.fullmatch(key):
        is_written = bool((MOVES | {"copy"}) & words) and _is_file(full, words, base)
    else:
        is_written = LOOSE_KEY.fullmatch(key) is not None and _is_file(full, words, base)
    return path if is_written else ""


def _may_be_path(text: str) -> bool:
    if not text or len(text) > LONGEST_PATH or "\n" in text or "\0" in text:
        return False
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+:", text) is None  # the scheme of another URL


def _is_file(full: str, words: frozenset[str], base: str) -> bool:
    """Whether it is one, or becomes one: the tool is for files, or does nothing but write, and the folder is there. A tool
    for files may make the folder, of a name in the project that has a suffix."""
    if os.path.lexists(full):
        return True
    if os.path.isdir(os.path.dirname(full)):
        return bool(FILES & words or words <= WRITES)
    inside = os.path.normpath(full).startswith(os.path.join(base, ""))
    return inside and bool(FILES & words and os.path.splitext(full)[1])

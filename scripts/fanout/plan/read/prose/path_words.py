"""Is a word of a text a path? Then it is told as a pattern, from the project's root."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from fanout.plan.pattern import PatternError, parse
from fanout.plan.read.prose import two_endings
from fanout.plan.read.prose import vocabulary as words

_RANGE = re.compile(r"(?::\d[\d,:-]*(?:\s+\d[\d,:-]*)*|#L\d+(?:-L?\d+)?)\Z")  # also ":28-29, 66-76"
_PART = re.compile(
    r"(\.[A-Za-z]\w{0,9})(?:::?|#)[A-Za-z_].*\Z"
)  # of a file: "a.py::test_one", "a.ts#Form", "lib.rs:parse()"
_PARTED = re.compile(r"[\w.@()\[\]*{},+$-]+(?:/[\w.@()\[\]*{},+$-]+)+")
_DATE = re.compile(r"[\d./-]+")
_GROUP_FOLDER = re.compile(r"(?:^|/)\([\w.-]+\)(?:/|$)")  # app/(shop)/
_MEMBER = re.compile(r"(?:res|resp|response|req|request|reply)\.(?:json|text|body|blob)\Z")  # response.json is no file
_PERL_TEST = re.compile(r"(?:[\w.-]+/)*x?t/(?:[\w.-]+/)*[\w.-]+\.t")
# `man/nightly.1`, `man/man3/tool.3pm`
_MAN_PAGE = re.compile(r"(?:[\w.-]+/)*(?:man\d?|debian)/(?:[\w.-]+/)*[A-Za-z][\w-]*\.[1-9](?:[a-z]{1,3})?", re.ASCII)
# The list's author had the project there: what follows is told from the first folder that projects have.
_HOME = re.compile(r"(?:[A-Za-z]:)?[\\/](?:Users|home|root|workspaces?|mnt|Volumes)[\\/]|Users\\", re.IGNORECASE)
_SIMPLE = re.compile(r"(?:[\w@+-][\w.@+-]*/)*[\w@+-][\w.@+-]*/?", re.ASCII)  # no pattern: a name is all that it matches
_SIGNS = re.compile(r"(?:.*/)?[@#$%&]+(?:/|\Z)")  # "URLs/@/#"
_NO_PATHS = (words.SITE, words.BLANK, words.SUBSTITUTION, _SIGNS)
_NEVER = frozenset("<>|;=^`\x00\n\r\t")


def as_path(token: str, marked: bool = True) -> str | None:
    """`token` as a path pattern, or None when it is not one. `marked`: it stood in backticks or a list of files."""
    token = token.strip().strip("\"'").strip()
    if not token or len(token) > 250 or not _NEVER.isdisjoint(token) or "://" in token:
        return None
    if _SIMPLE.fullmatch(token) and token[0] not in "@+-" and ".." not in token and "./" not in token:
        return token if _looks_like_path(token, marked) else None
    plain = _plain(two_endings.in_braces(token))
    normal = _inside(plain) if plain else ""
    path = _literal(normal) if normal and _looks_like_path(normal, marked) else None
    return path if path and _can_be(path) else None


def without_lines(token: str) -> str:
    """Without the lines that stand behind a file: `src/a.py:28-29, 66-76`."""
    return _RANGE.sub("", token)


cached_path = lru_cache(maxsize=8192)(as_path)


def _plain(token: str) -> str:
    """Without a place in the file and escapes, with "/" between folders; "" for what is relative to no project's root."""
    token = _PART.sub(r"\1", _RANGE.sub("", token)).rstrip(",:;")
    token = _from_home(token) if _HOME.match(token) else token
    token = re.sub(r"\\(?=[*])" if "/" not in token else r"\\(?=[*_.{}()-])", "", token)
    if re.match(r"[A-Za-z]:[\\/]", token) or token.startswith(("~", "$", "@", "-", "#", "%", "&", "+", "!")):
        return ""
    token = re.sub(r"\\(?=[\w.@-])", "/", token)
    return "" if " " in token or token.startswith("/") or not re.search(r"\w", token) else token


def _from_home(token: str) -> str:
    """An absolute path of somebody's machine from the first folder that projects have; as it is when it has none."""
    parts = re.split(r"[\\/]", token)
    first = next((place for place, part in enumerate(parts[:-1]) if place > 2 and part in words.FOLDERS), 0)
    return "/".join(parts[first:]) if first else token


def _can_be(path: str) -> bool:
    """Whether a pattern of it can be made that some path matches: what is inferred refuses no list."""
    if _SIMPLE.fullmatch(path):
        return True
    try:
        return not parse(path).matches_nothing
    except PatternError:
        return False


def _looks_like_path(token: str, marked: bool) -> bool:
    lower = token.lower()
    name = token.rstrip("/").rsplit("/", 1)[-1]
    if _is_no_path(lower) or (token[0] == "r" and _MEMBER.match(token)):
        return False
    if _is_file_name(name, marked):
        return True
    if name.startswith(".") and "*" not in name and not words.DOT_FILE.fullmatch(name) and (marked or "/" not in token):
        return "/" in token
    if (not marked and words.ALTERNATIVES.fullmatch(lower)) or _is_other(token):
        return False
    if (
        _PERL_TEST.fullmatch(token)
        or _MAN_PAGE.fullmatch(token)
        or (_extension(name) and (marked or "/" in token or not re.match(r"[A-Z][\w]*\.js\Z", token)))
    ):
        return True
    if "/" not in token:
        return marked and "*" in token and _extension(token)
    return _is_folder(token, marked)


def _is_no_path(lower: str) -> bool:
    """A word with a dot or a slash that is known: "node.js", "and/or", "text/html", "feature/login"."""
    if lower in words.NOT_FILES or lower in words.SLASH_WORDS:
        return True
    if "/" in lower and (words.ACTION.fullmatch(lower) or any(form.match(lower) for form in _NO_PATHS)):
        return True
    return lower.partition("/")[0] in words.NO_FOLDERS and bool(words.MIME.match(lower) or words.BRANCH.match(lower))


def _is_file_name(name: str, marked: bool) -> bool:
    """A file that is known by its name, or one that begins with a dot and is no CSS class, nor an ending: `.card`, `.d.ts`."""
    return name in words.FILES or bool((words.DOT_FILE if marked else words.DOT_FILE_IN_TEXT).fullmatch(name))


def _is_other(token: str) -> bool:
    """A call, a number or date, or words in a list. Brackets are left to folders such as app/(shop)/."""
    if ("(" in token or ")" in token) and not _GROUP_FOLDER.search(token):
        return True
    return bool(_DATE.fullmatch(token)) or "," in token.replace("{", "(").split("(")[0]


def _is_folder(token: str, marked: bool) -> bool:
    """Whether words with slashes between them are folders: known ones, "src/x/", or in backticks and lower case."""
    if token.split("/", 1)[0] in words.FOLDERS:
        return True
    if token.endswith(("/", "/*", "/**")) and re.match(r"[\w.@-]+/", token):
        return marked or token.count("/") > 1 or (token.endswith("/") and len(token) > 3)
    return marked and bool(_PARTED.fullmatch(token)) and token.lower() == token


def _extension(name: str) -> bool:
    stem, dot, ending = name.rpartition(".")
    return bool(dot and stem and ending.lower().rstrip("}*") in words.EXTENSIONS) or bool(
        "}" in name and re.search(r"\.\{[\w,.]+\}\Z", name)
    )


def _inside(token: str) -> str:
    """The path without './' and '..', or "" when it leads out of the root."""
    folder = token.endswith("/")
    normal = posixpath.normpath(token)
    if normal.startswith("..") or normal in (".", "/"):
        return ""
    return normal + "/" if folder else normal


def _literal(path: str) -> str:
    """Brackets escaped, for in prose `[id]` is a folder's name and not a choice of letters; `[a-z]` stays."""
    return re.sub(r"(?<!\\)\[((?!\w-\w\])[^\[\]]*)\]", r"\\[\1\\]", path)

"""Paths and commands in prose: which files a sentence would write, which it only reads, and how sure that is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from fanout.plan.pattern import PatternError, parse
from fanout.plan.read.prose import vocabulary as words

Mode = Literal["write", "read"]


class Mention(NamedTuple):
    """One path in a text. `why` is the reason in words, for the inference that rests on it."""

    pattern: str
    mode: Mode
    confidence: float
    why: str


class Cue(NamedTuple):
    """A word that says what is done with the paths behind it: its place in the sentence, and its kind."""

    start: int
    end: int
    kind: str
    word: str


SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)([^`\n]+)\1")
_TOKEN = re.compile(
    r"(?<![\w@/.:#+-])((?:\.{0,2}/|~/)?[\w.@$+()\[\]-]{0,99}(?:[/\\][\w.@$+()\[\]{},*-]*)+|[\w.+-]{0,99}\w\.[A-Za-z]\w{0,9}\b|"
    r"\.[A-Za-z][\w.-]+|[A-Z][a-z]+file\b|\*\.\w+)",
    re.ASCII,
)
# A file that most projects have at their root: there it is another one than docs/README.md.
_AT_ROOT = re.compile(
    r"[A-Z_-]+(?:\.\w+)?|[A-Z]\w*file|\..*|(?:package|tsconfig)\.json|(?:pyproject|Cargo)\.toml|go\.mod|setup\.py"
)
_DOTTED = re.compile(r"\.\w", re.ASCII)
_RANGE = re.compile(r"(?::\d[\d,:-]*|#L\d+(?:-L?\d+)?)\Z")
_PART = re.compile(
    r"(\.[A-Za-z]\w{0,9})(?:::?|#)[A-Za-z_].*\Z"
)  # of a file: "a.py::test_one", "a.ts#Form", "lib.rs:parse()"
_URL = re.compile(r"\w+://\S+|\bwww\.\S+")
_ARTICLE = re.compile(r"\b(?:the|an?|its|their|each|every|this|that)\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]\n]{1,200})\]\((?P<to>[^()\s]{1,300})\)")
_CITED = re.compile(r"\[(?P<path>[^\[\]\s]{1,200}):\d[\d,:-]*\]")
_CALL = re.compile(r"(?<![\w./])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\(")
_PARTED = re.compile(r"[\w.@()\[\]*{},+$-]+(?:/[\w.@()\[\]*{},+$-]+)+")
# What says what is to be done, and is not itself to be done: "[Issue #5] Add the cart, issues/5-cart.md".
_TICKET = re.compile(r"(?:.*/)?(?:issues?|tickets?|stories|epics|user-stories)/[^/]+\.mdx?\Z", re.IGNORECASE)
_WRITES_TICKETS = re.compile(r"(?:writ|draft|updat|edit|renam|clos|delet|mov)\w*", re.IGNORECASE)
_TEXTS = (".md", ".mdx", ".txt", ".pdf")
_DATE = re.compile(r"[\d./-]+")
_GROUP_FOLDER = re.compile(r"(?:^|/)\([\w.-]+\)(?:/|$)")  # app/(shop)/
_MEMBER = re.compile(r"(?:res|resp|response|req|request|reply)\.(?:json|text|body|blob)\Z")  # response.json is no file
# The list's author had the project there: what follows is told from the first folder that projects have.
_HOME = re.compile(r"(?:[A-Za-z]:)?[\\/](?:Users|home|root|workspaces?|mnt|Volumes)[\\/]|Users\\", re.IGNORECASE)
_CHUNK = 2000
_WORD = re.compile(r"\w+")
_PATH_BEFORE = re.compile(r"\w/[\w.-]+\.\w+|\w\.(?:py|ts|tsx|js|go|rs|java|rb|php|cs|kt|swift)\b")
_SIMPLE = re.compile(r"(?:[\w@+-][\w.@+-]*/)*[\w@+-][\w.@+-]*/?", re.ASCII)  # no pattern: a name is all that it matches
_NEVER = frozenset("<>|;=^`\x00\n\r\t")
_GAP = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "`*:("


def mentions(text: str) -> list[Mention]:
    """Every path in `text`, each once: the strongest claim wins, and a write beats a read."""
    best: dict[str, Mention] = {}
    apart: set[str] = set()
    for found in _all(text, apart):
        have = best.get(found.pattern)
        if have is None or (found.mode == "write", found.confidence) > (have.mode == "write", have.confidence):
            best[found.pattern] = found
    if len(best) > 1:
        _join_names(best, apart)
    return list(best.values())


def _join_names(best: dict[str, Mention], apart: set[str]) -> None:
    """Count a name that stands alone as the one path that ends in it."""
    for name in [name for name in best if "/" not in name and name not in apart and not _AT_ROOT.fullmatch(name)]:
        whole = _whole(name, best)
        if whole:
            best[whole] = _stronger(best[whole], best.pop(name))


def _whole(name: str, patterns: Iterable[str]) -> str:
    """The one path that ends in the name alone: "Create a store in `src/store.py`; store.py keeps ..."; else ""."""
    ends = [pattern for pattern in patterns if pattern.endswith("/" + name)]
    return ends[0] if len(ends) == 1 else ""


def _stronger(mention: Mention, name: Mention) -> Mention:
    """The mention of a path, with what is done to it where its name stands alone if that says more."""
    if (name.mode, mention.mode) == ("write", "read"):
        return Mention(mention.pattern, *name[1:])
    return mention


def installs(text: str) -> list[tuple[str, list[str]]]:
    """Each package manager command in `text`, with the manifest and lock file that it writes."""
    commands: list[tuple[str, list[str]]] = []
    covered: set[int] = set()
    if not any([name in text for name in words.MANAGERS]):  # noqa: C419 - the loop is faster
        return commands
    for pattern, files in words.INSTALLS:
        for match in pattern.finditer(text):
            if match.start() not in covered:
                covered.add(match.start())
                folder = _cd_before(text, match.start())
                command = " ".join(match[0].split()[:2])
                commands.append((command, [posixpath.join(folder, file) if folder else file for file in files]))
    return commands


def only_looks(text: str) -> bool:
    """Whether the sentence begins with a verb that changes no file: review, verify, run the tests."""
    return bool(words.LOOKING.match(text[:300]))


def as_path(token: str, marked: bool = True) -> str | None:
    """`token` as a path pattern, or None when it is not one. `marked`: it stood in backticks or a list of files."""
    token = token.strip().strip("\"'").strip()
    if not token or len(token) > 250 or not _NEVER.isdisjoint(token) or "://" in token:
        return None
    if _SIMPLE.fullmatch(token) and token[0] not in "@+-" and ".." not in token and "./" not in token:
        return token if _looks_like_path(token, marked) else None
    plain = _plain(token)
    normal = _inside(plain) if plain else ""
    path = _literal(normal) if normal and _looks_like_path(normal, marked) else None
    return path if path and _can_be(path) else None


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


_path_of = lru_cache(maxsize=8192)(as_path)


def _all(text: str, apart: set[str]) -> Iterator[Mention]:
    """`apart` takes the names that are files of their own beside a path that ends in them."""
    text = _URL.sub(_blank, text) if "://" in text or "www." in text else text
    if "](" in text:
        for link in _LINK.finditer(text):
            target = as_path(link["to"].split("#", 1)[0])
            if target and not _same(link["text"], target):
                yield Mention(target, "read", 0.6, "a link leads to it")
        text = _LINK.sub(_linked, text)
    text = _CITED.sub(_reference, text) if "[" in text else text
    text = _CALL.sub(_blank, text) if "(" in text else text
    for sentence in _sentences(text):
        yield from _of_sentence(sentence, apart)


def _of_sentence(sentence: str, apart: set[str]) -> Iterable[Mention]:
    cues: list[Cue] | None = None
    before: tuple[int, tuple[Mode, float, str]] | None = None
    found: list[tuple[Mention, bool]] = []  # and whether it is one of a list with the one before
    tokens = _tokens(sentence)
    for start, end, token, marked in tokens:
        pattern = _path_of(token, marked)
        if pattern is None:
            continue
        if cues is None:  # most sentences name no path
            cues = _cues(sentence, tokens[-1][0])
        listed = before is not None and bool(words.LISTED.match(sentence[before[0] : start]))
        verdict = before[1] if listed and before else _judge(sentence, start, cues, marked, pattern)
        if before and not listed:
            verdict = _beside(sentence, start, pattern, verdict, *before)
        before = (end, verdict)
        found.append((Mention(pattern, *verdict), listed))
    return _each_once(found, apart) if len(found) > 1 else [mention for mention, _listed in found]


Verdict = tuple[Mode, float, str]


def _beside(sentence: str, start: int, pattern: str, verdict: Verdict, end: int, other: Verdict) -> Verdict:
    """The verdict of a path behind another one, which ends at `end` and has the verdict `other`."""
    if _is_cited(sentence, start, pattern):
        return "read", 0.65, "it stands in brackets behind a path"
    if other[0] == verdict[0] == "write" and _is_used(sentence, end, start):
        return "read", 0.6, "what is written before it uses it"
    return verdict


def _is_used(sentence: str, written: int, at: int) -> bool:
    """Whether a path serves the one that is written before it: "Create `a.py` which prints items with `b.py`"."""
    between = sentence[written:at]
    if words.RELATIVE_USE.search(between) or words.TOLD_ABOUT.match(between[-200:]):
        return True
    return bool(words.WITH.search(between)) and not words.BOTH.search(sentence[:at])


def _each_once(found: list[tuple[Mention, bool]], apart: set[str]) -> Iterator[Mention]:
    """Without a name that is the end of a path beside it: "Create the package's __init__.py in src/shop/__init__.py".

    In a list the two are two files: "Update README.md and docs/README.md".
    """
    mentions_ = [mention for mention, _listed in found]
    for at, mention in enumerate(mentions_):
        name = mention.pattern
        whole = _whole(name, [one.pattern for one in mentions_]) if "/" not in name else ""
        other = next((place for place, one in enumerate(mentions_) if one.pattern == whole), at)
        beside = abs(other - at) == 1 and found[max(other, at)][1]
        if not whole or beside:
            apart.update([name] if beside else [])
            yield mention
        else:
            yield _stronger(mentions_[other], mention)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _same(text: str, target: str) -> bool:
    """Whether the text of a link is the path that it leads to, or the end of it."""
    words = text.strip(" `*").removeprefix("./")
    return bool(words) and (target == words or target.endswith("/" + words))


def _linked(link: re.Match[str]) -> str:
    """A link as it counts for the prose: its target where the text is that path, else its text."""
    to = link["to"].split("#", 1)[0]
    target = as_path(to)
    if target and _same(link["text"], target):
        return f"`{to}`"
    return " " if not target and _same(link["text"], to) else link["text"]


def _reference(cited: re.Match[str]) -> str:
    """[src/a.py:41] cites a line: a reference."""
    return f"(see {cited['path']})"


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    start = 0
    for end in [match.start() + 1 for match in words.SENTENCE_END.finditer(text)] + [len(text)]:
        found += [text[piece : min(piece + _CHUNK, end)] for piece in range(start, end, _CHUNK)]
        start = end
    return found


def _cues(sentence: str, last: int) -> list[Cue]:
    """The cues that begin before `last`. In plain letters the words are looked up first: the search takes longer."""
    if not sentence.isascii():
        return [_cue(match) for match in words.CUE.finditer(sentence)]
    found: list[Cue] = []
    end = 0
    for word in _WORD.finditer(sentence):
        start = word.start()
        if start >= last:
            break
        if start >= end and word[0].lower() in words.CUE_WORDS:
            match = words.CUE.match(sentence, start)
            if match:
                end = match.end()
                found.append(_cue(match))
    return found


def _cue(match: re.Match[str]) -> Cue:
    return Cue(match.start(), match.end(), str(match.lastgroup).rstrip("2"), match[0])


def _tokens(sentence: str) -> list[tuple[int, int, str, bool]]:
    """What may be a path, in the order of the sentence: start, end, text, and whether it stands in backticks."""
    found: list[tuple[int, int, str, bool]] = []
    if "`" in sentence:
        for match in SPAN.finditer(sentence):
            inside, (start, end) = match[2].strip(), match.span()
            if " " not in inside:
                found.append((start, end, inside, True))
            if not _is_listed(inside):
                sentence = f"{sentence[:start]}{' ' * (end - start)}{sentence[end:]}"
    if not ("/" in sentence or "\\" in sentence or "file" in sentence or _DOTTED.search(sentence)):
        return found  # none of the other tokens is without one of them
    for match in _TOKEN.finditer(sentence):
        token = _trim(match[0])
        found.append((match.start(), match.start() + len(token), token, False))
    return sorted(found)


def _is_listed(inside: str) -> bool:
    """Whether a span in backticks counts for the prose around it: a list of words does, a command or one word not."""
    first, blank, _rest = inside.lstrip("$ ").partition(" ")
    return bool(blank) and first not in words.COMMANDS


def _trim(token: str) -> str:
    token = token.replace("\\*", "*") if "\\*" in token else token.rstrip(".,:;!?'\"*_")
    while token and ((token[-1] == ")" and token.count("(") < token.count(")")) or token[-1] in ",("):
        token = token[:-1]
    while token.startswith("(") and token.count("(") > token.count(")"):
        token = token[1:]
    if token.startswith("(") and token.find(")") == len(token) - 1:
        token = token[1:-1]
    if "{" in token and token.count("{") != token.count("}"):
        token = token[: token.rfind("{")]
    return token.rstrip(".,")


def _judge(sentence: str, at: int, cues: list[Cue], marked: bool, pattern: str) -> tuple[Mode, float, str]:
    """The verb or preposition that stands last before the path decides; 'in' after a reference yields to the verb."""
    bonus = 0.05 if marked else 0.0
    before = [cue for cue in cues if cue.end <= at]
    if ")" in sentence or "]" in sentence:
        before = [cue for cue in before if not _closed(sentence[cue.end : at])]
    if any(cue.kind == "write" for cue in before):  # "Write the review in src/review.py": there it is a thing
        before = [cue for cue in before if cue.kind != "look" or not _is_thing(sentence, cue)]
    head = sentence[:at].rstrip(_GAP)
    into = bool(words.INTO_END.search(head, max(0, len(head) - 8)))
    verb = next((cue for cue in reversed(before) if cue.kind != "refer"), None)
    if before and before[-1].kind == "refer":
        referred = _referred(sentence, at, before[-1], verb, not into or pattern.endswith(_TEXTS))
        if referred is not None:
            return referred[0], 0.7 + bonus, referred[1]
    if _TICKET.match(pattern) and not (verb and _WRITES_TICKETS.match(verb.word)):
        return "read", 0.6 + bonus, "it is where the task is written down"
    at_file = into and not pattern.endswith("/") and "*" not in pattern
    if verb is None:
        why = (
            "it is said to be done in the path"
            if at_file
            else "the path stands in the task's text with no verb before it"
        )
        return "write", (0.8 if at_file else 0.6) + bonus, why
    if at_file and verb.kind == "look" and words.EITHER.match(verb.word):
        verb = next((cue for cue in before if cue.kind == "write"), verb)  # "Implement the run stub in src/run.py"
    mode, sure, why = _of_verb(verb, sentence[verb.end : at], into)
    return mode, sure + bonus, why


def _is_thing(sentence: str, cue: Cue) -> bool:
    return bool(_ARTICLE.search(sentence, max(0, cue.start - 30), cue.start))


def _of_verb(verb: Cue, between: str, into: bool) -> tuple[Mode, float, str]:
    """What the verb does with the path; `between` them stands this, `into`: with a word such as 'in'."""
    if verb.kind == "look":
        if into and words.EITHER.match(verb.word) and _has_object(between):
            return "write", 0.6, f"'{verb.word}' may edit what stands in the path"
        return "read", 0.7, f"'{verb.word}' stands before the path"
    return "write", 0.85 if into or len(between) <= 60 else 0.7, f"'{verb.word}' stands before the path"


def _referred(sentence: str, at: int, cue: Cue, verb: Cue | None, direct: bool) -> tuple[Mode, str] | None:
    """What "from src/a.py" or "see src/a.py" means; None when the verb decides. `direct`: no 'in' before the path."""
    out = cue.word.lower() == "from"
    if out and words.CALLED.search(sentence[: cue.start]):
        return "write", "what is called from the path is called there"
    if out and verb and words.TAKING_OUT.match(verb.word):
        return "write", f"'{verb.word}' stands before the path, which it takes something from"
    if direct or not sentence[cue.end : at].strip(" `*:("):
        return "read", f"'{cue.word}' stands before the path"
    return None


def _is_cited(sentence: str, at: int, pattern: str) -> bool:
    """Whether a document is named in brackets behind a path: "Create the model in src/a.py (data-model.md, part 6)"."""
    if not pattern.endswith(_TEXTS):
        return False
    opened = sentence.rfind("(", 0, at)
    inside = sentence[opened:at]
    return opened > 0 and ")" not in inside and bool(_PATH_BEFORE.search(sentence[:opened]))


def _closed(between: str) -> bool:
    """Whether a word stands in a bracket that has ended: "(depends on T023) `src/a.ts`"."""
    return between.count(")") > between.count("(") or between.count("]") > between.count("[")


def _has_object(between: str) -> bool:
    """Whether a verb of looking has something else to look at than the path: "Check permissions in src/a.ts"."""
    words_ = words.INTO.sub("", between)
    return bool(words_.strip(" `*:(")) and not words.ONLY_LOOKS.match(between)


def _looks_like_path(token: str, marked: bool) -> bool:
    lower = token.lower()
    name = token.rstrip("/").rsplit("/", 1)[-1]
    if _is_no_path(lower) or (token[0] == "r" and _MEMBER.match(token)):
        return False
    if _is_file_name(name, marked):
        return True
    if (not marked and words.ALTERNATIVES.fullmatch(lower)) or _is_other(token):
        return False
    if _extension(name) and (marked or "/" in token or not re.match(r"[A-Z][\w]*\.js\Z", token)):
        return True
    if "/" not in token:
        return marked and "*" in token and _extension(token)
    return _is_folder(token, marked)


def _is_no_path(lower: str) -> bool:
    """A word with a dot or a slash that is known: "node.js", "and/or", "text/html", "feature/login"."""
    if lower in words.NOT_FILES or lower in words.SLASH_WORDS:
        return True
    return lower.partition("/")[0] in words.NO_FOLDERS and bool(words.MIME.match(lower) or words.BRANCH.match(lower))


def _is_file_name(name: str, marked: bool) -> bool:
    """A file that is known by its name, or one that begins with a dot."""
    return name in words.FILES or (name.startswith(".") and len(name) > 2 and marked and "(" not in name)


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


def _cd_before(text: str, at: int) -> str:
    found = [match[1] for match in words.CD.finditer(text, max(0, at - 80), at)]
    folder = posixpath.normpath(found[-1]) if found else ""
    return "" if folder.startswith((".", "/")) else folder

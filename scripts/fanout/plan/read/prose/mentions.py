"""The paths in prose: each with whether a sentence would write it or only reads it, and how sure that is.

_all           links, citations and calls as they count for the prose, then sentence by sentence
  path_tokens  what may be a path          -> path_words.py
  judge        what is done with it        -> write_or_read.py
mentions       each path once
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fanout.plan.read.prose import two_endings
from fanout.plan.read.prose import vocabulary as words
from fanout.plan.read.prose.path_words import as_path, cached_path, without_lines
from fanout.plan.read.prose.write_or_read import Cue, Mode, Verdict, beside, cues_in, is_home, is_test, judge


class Mention(NamedTuple):
    """One path in a text. `why` is the reason in words, for the inference that rests on it."""

    pattern: str
    mode: Mode
    confidence: float
    why: str


LEFT_ALONE = "it is said to be left alone"
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
_URL = re.compile(r"\w+://\S+|\bwww\.\S+")
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]\n]{1,200})\]\((?P<to>[^()\s]{1,300})\)")
_CITED = re.compile(r"\[(?P<path>[^\[\]\s]{1,200}):\d[\d,:-]*\]")
_CALL = re.compile(r"(?<![\w./])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\(")
_CHUNK = 2000
_BALANCED = re.compile(r"(?:[^()]|\([^()]*\))*")  # inside the brackets around a path: "(src/app/(shop)/page.tsx)"
_PARTICLES = (
    "에의를을는은가와과로및내폴디にのをはへでと中下的里内目文"  # what may stand right behind the name of a folder
)
# Letters of scripts that part their words by blanks, beyond ASCII: Latin, Greek, Cyrillic, Armenian.
_IN_WORDS = re.compile(r"[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u058f]")


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
    text = two_endings.spelled_out(_CALL.sub(_called, text) if "(" in text else text)
    for sentence in _sentences(text):
        yield from _of_sentence(sentence, apart)


def _of_sentence(sentence: str, apart: set[str]) -> Iterable[Mention]:
    cues: list[Cue] | None = None
    before: tuple[int, Verdict] | None = None
    found: list[tuple[Mention, bool]] = []  # and whether it is one of a list with the one before
    tokens = path_tokens(sentence)
    forbidden = words.FORBIDDEN.match(sentence) if tokens else None
    for start, end, token, marked in tokens:
        pattern = cached_path(token, marked)
        if pattern is None:
            continue
        if cues is None:  # most sentences name no path
            cues = cues_in(sentence, tokens[-1][0])
        listed = before is not None and bool(words.LISTED.match(sentence[before[0] : start]))
        listed = listed and not (before and is_home(sentence, before[0], start, pattern))
        verdict = before[1] if listed and before else judge(sentence, start, cues, marked, pattern)
        if before and not listed:
            verdict = beside(sentence, start, pattern, verdict, *before)
        is_left = forbidden is not None and _is_left_alone(sentence, forbidden.end(), start)
        is_left = is_left or bool(words.LEFT.match(sentence, end)) or (not listed and is_spared(sentence, start, end))
        if is_left:
            verdict = ("read", 0.6, LEFT_ALONE)
        elif words.ALREADY_IN.search(sentence, 0, start) or (
            pattern.endswith("/") and words.RULED.search(sentence, 0, start)
        ):
            verdict = ("read", 0.6, "it is only spoken of")
        elif is_test(pattern) and _is_there(sentence, start, end):
            verdict = ("read", 0.6, "it is said to be there already")
        if words.UNCHANGED.match(sentence, end) or words.READ_LABEL.match(sentence, 0, start):
            verdict = ("read", 0.8, "it is said to be read only")
        before = (end, verdict)
        for place, path in enumerate(two_endings.files(pattern)):
            found.append((Mention(path, *verdict), listed or place > 0))
    return _each_once(found, apart) if len(found) > 1 else [mention for mention, _listed in found]


def is_spared(sentence: str, start: int, end: int) -> bool:
    """Whether the words around the path at [start, end) say so: "don't touch `a.py`", "leave `a.py` alone"."""
    if words.LEAVES.search(sentence, 0, start):
        return True
    return bool(words.ALONE.match(sentence, end) and words.LEAVE.search(sentence, 0, start))


def _is_there(sentence: str, start: int, end: int) -> bool:
    """Whether the test at [start, end) is one that somebody wrote before: "the test is there already (`t/a.t`)"."""
    head = sentence[max(0, start - 60) : start]
    if words.THERE_IS.search(head):
        return True
    said = words.IS_THERE.match(sentence, end)
    more = words.GOES_ON.match(sentence, said.end()) if said else None  # "`t/a.t` exists: add a case to it"
    next_ = words.CUE.match(sentence, more.end()) if more else None
    return said is not None and not (next_ and next_.lastgroup in ("write", "write2"))


def _is_left_alone(sentence: str, start: int, at: int) -> bool:
    """Whether the path at `at` is one that "do not", which ends at `start`, is said of."""
    return "," not in sentence[start:at] or bool(words.NEITHER.search(sentence, start))


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


def _called(match: re.Match[str]) -> str:
    """The bracket of a call stays, so that it is closed where it ends."""
    return f"{' ' * (len(match[0]) - 1)}("


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


def path_tokens(sentence: str) -> list[tuple[int, int, str, bool]]:
    """What may be a path, in the order of the sentence: start, end, text, and whether it stands in backticks."""
    found: list[tuple[int, int, str, bool]] = []
    if "`" in sentence:
        for match in SPAN.finditer(sentence):
            inside, (start, end) = match[2].strip(), match.span()
            if " " not in inside or " " not in without_lines(inside):
                found.append((start, end, inside, True))
            if not _is_listed(inside):
                sentence = f"{sentence[:start]}{' ' * (end - start)}{sentence[end:]}"
    if not ("/" in sentence or "\\" in sentence or "file" in sentence or _DOTTED.search(sentence)):
        return found  # none of the other tokens is without one of them
    for match in _TOKEN.finditer(sentence):
        token = _trim(match[0])
        if sentence.isascii() or not _is_torn(sentence, match, token):
            start = match.start() + max(0, match[0].find(token))
            found.append((match.start(), start + len(token), token, False))
    return sorted(found)


def _is_torn(sentence: str, match: re.Match[str], token: str) -> bool:
    """Whether it is a part of words with letters that no path has here: "Vídeo/Áudio", "HPI/상용구". Where words stand
    without blanks, as in 新規src/a.pyを追加, a path may have letters beside it; two words with a stroke between them are none."""
    before, behind = sentence[match.start() - 1 : match.start()], sentence[match.end() : match.end() + 1]
    if _IN_WORDS.match(before) or _IN_WORDS.match(behind):
        return True
    is_one_word = token.endswith("/") and token.count("/") == 1 and token[:-1] not in words.FOLDERS
    return is_one_word and behind.isalpha() and behind not in _PARTICLES


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
    if token.startswith("(") and token.endswith(")") and _BALANCED.fullmatch(token, 1, len(token) - 1):
        token = token[1:-1]
    if "{" in token and token.count("{") != token.count("}"):
        token = token[: token.rfind("{")]
    return token.rstrip(".,")

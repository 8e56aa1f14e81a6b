"""Would a sentence write a path that it names, or only read it, and how sure is that? The words around the path tell.

judge
  _cues_before   the verbs and prepositions that may decide
  _referred      "from src/a.py", "see src/a.py": the path is only referred to, unless the verb says else
  _of_verb       what the last verb does with it
beside           what a path before it in the sentence says of it
"""

from __future__ import annotations

import posixpath
import re
from typing import Literal, NamedTuple

from fanout.plan.read.prose import described
from fanout.plan.read.prose import vocabulary as words

Mode = Literal["write", "read"]
Verdict = tuple[Mode, float, str]  # how sure, and why in words


class Cue(NamedTuple):
    """A word that says what is done with the paths behind it: its place in the sentence, and its kind."""

    start: int
    end: int
    kind: str
    word: str


_ARTICLE = re.compile(r"\b(?:the|an?|its|their|each|every|this|that)\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE)
# What says what is to be done, and is not itself to be done: "[Issue #5] Add the cart, issues/5-cart.md".
_TICKET = re.compile(r"(?:.*/)?(?:issues?|tickets?|stories|epics|user-stories)/[^/]+\.mdx?\Z", re.IGNORECASE)
_WRITES_TICKETS = re.compile(r"(?:writ|draft|updat|edit|renam|clos|delet|mov)\w*", re.IGNORECASE)
_TEXTS = (".md", ".mdx", ".txt", ".pdf")
_WORD = re.compile(r"\w+")
_PATH_BEFORE = re.compile(r"\w/[\w.-]+\.\w+|\w\.(?:py|ts|tsx|js|go|rs|java|rb|php|cs|kt|swift)\b")
_GAP = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "`*:("
_SET_OFF = ("(", ",", ":", "–", "—", " -", "->", "→", "[")  # noqa: RUF001
_LETTERS = re.compile(r"[^\W\d_]+")
_LABEL = re.compile(r"\W*(?:[^\W\d_][\w/&-]*(?: [\w/&-]+){0,3}\W{0,2}(?::| -|[–—])\W*)?\Z")  # noqa: RUF001
_LABEL_GAP = re.compile(r"[*_]{0,2}(?P<more>\s[^:`]*\w[^:`]*)?(?::|\s[–—-](?=\s))\s*[`(*]*\Z")  # noqa: RUF001
_OWN_FILE = re.compile(
    r"\s(?:its|their|an?|the)\s+(?:own|new|separate)\s+(?:file|module|header|class|script)s?\Z", re.IGNORECASE
)
_NEW_THING = re.compile(r"\s+(?:an?|where|how|when|who|which|what)\b", re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:\b(?:and|then|to|also|please|must|should|now|finally|you|we|can|first|next)\s+|[,;.:)\]]\s*)\Z", re.IGNORECASE
)
_LAST = re.compile(
    r"[`*]*[^\s()]+?[`*]*[\])]?[\s.`*]*(?:[,;]?\s*[(\[]?(?:needs?|requires?|after|depends|blocked|waits)\b[^`]*)?\Z",
    re.IGNORECASE,
)
_TEST = re.compile(
    r"(?:\A|/)(?:tests?|__tests__|spec)/|[._-](?:test|spec)\.\w+\Z|(?:\A|/)test_\w+\.py\Z|(?:\A|/)x?t/.*\.t\Z"
)
# "(test: `x`)", "; with a unit test in `x`"; not "the failing test in `x`".
_TEST_LABEL = re.compile(
    r"(?:\A|[(\[,;.:–—-]\s*|->\s*|\b(?:with|and|plus)\s+)(?:with\s+|and\s+|plus\s+)?(?:(?:an?|own|new|unit)\s+){0,2}"  # noqa: RUF001
    r"tests?\s*(?::|->|[–—-]\s|(?:(?:go(?:es)?|come|comes|belongs?)\s+)?(?:in|into|to)\s)\s*[`*]*\Z",  # noqa: RUF001
    re.IGNORECASE,
)
_PUT = re.compile(
    r"(?:\A|[,;.:)\]]\s*|\b(?:and|then|to|also|please|must|should)\s+)(?:put|place|drop|make)\s+(?:an?\s+|the\s+|its\s+)?(?:new\s+)?"
    r"(?:file\s+|module\s+)?[`*]*\Z",
    re.IGNORECASE,
)
# "new file src/a.js", "as a new module `a.py`"; "A src/a.js: text of a reminder".
_NEW = re.compile(
    r"(?:\A|[:;,.)]\s*|\b(?:an?|the|one|as|and)\s+)new\s+(?:[\w-]+\s+)?(?:file|module|script|page|class|component|command|package|test)\s+[`*]*\Z",
    re.IGNORECASE,
)
_A = re.compile(r"\s*(?:an?|one)\s+(?:new\s+)?[`*]*", re.IGNORECASE)
_IS_TOLD = re.compile(r"[`*]*[^\s`*]+[`*]*\s*(?:[:–—(-]|that\b|which\b|with\b|for\b|to\b)")  # noqa: RUF001
_LOOKS_AT_TESTS = re.compile(r"(?:run|execute|check|verify|review|audit|see|consult|inspect|ver|siehe)", re.IGNORECASE)
_SPEAKS_OF = re.compile(
    r"(?:from|us(?:e|es|ing)|according|described|defined|specified|documented|based|imports?|depends|follow\w*)\b",
    re.IGNORECASE,
)
_IS_NOUN = re.compile(r"imports?\Z|use\Z", re.IGNORECASE)  # a thing where it ends a name
_FROM = re.compile(r"\bfrom\s+[`*]*[^\s`*]+[`*]*\Z", re.IGNORECASE)
_OPENED = re.compile(r"[\s`*,]*\([`*]*.?")
_HEAD = re.compile(r"[`*_]*[^\s:`*]+[`*_]*(?::\s|\s(?:[–—-]|->|→)\s)")  # noqa: RUF001
_QUOTED = re.compile(r"\s*[\"'\u201c\u2018\u00ab]")
SURER_IN_CODE = 0.05  # of a path in backticks


def only_looks(text: str) -> bool:
    """Whether the sentence begins with a verb that changes no file: review, verify, run the tests."""
    return bool(words.LOOKING.match(text[:300]))


def begins_with_writing(text: str) -> bool:
    """Whether the sentence begins with a verb that makes or changes something: add, fix, document."""
    return any(cue.kind == "write" and not text[: cue.start].strip() for cue in cues_in(text[:300], 1))


def cues_in(sentence: str, last: int) -> list[Cue]:
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


def judge(sentence: str, at: int, cues: list[Cue], marked: bool, pattern: str) -> Verdict:
    """What becomes of the path that begins at `at`; `marked`: it stands in backticks.

    The verb or preposition that stands last before the path decides; 'in' after a reference yields to the verb.
    """
    mode, sure, why = _by_words(sentence, at, cues, pattern)
    return mode, sure + (SURER_IN_CODE if marked else 0.0), why


def _by_words(sentence: str, at: int, cues: list[Cue], pattern: str) -> Verdict:
    if _TEST_LABEL.search(sentence, max(0, at - 60), at) and _TEST.search(pattern) and not only_looks(sentence):
        return "write", 0.7, "it is said to be where the task's test is"
    if why := described.why(sentence, at, pattern):
        return "read", 0.7, why
    if _is_called_so(sentence, at, pattern):
        return "write", 0.8, "the task is called as the path is"
    into = _is_into(sentence, at)
    before = _cues_before(sentence, at, cues, into, pattern)
    verb = next((cue for cue in reversed(before) if cue.kind != "refer"), None)
    ends = _ends_with(sentence, at)
    if before and before[-1].kind == "refer":
        if ends and (told := _whose(sentence, before[-1], at, pattern)):
            return told
        referred = _referred(sentence, at, before[-1], verb, not into or pattern.endswith(_TEXTS))
        if referred is not None:
            return referred
    if _TICKET.match(pattern) and not (verb and _WRITES_TICKETS.match(verb.word)):
        return "read", 0.6, "it is where the task is written down"
    at_file = into and not pattern.endswith("/") and "*" not in pattern
    if verb is None:
        if _PUT.search(sentence, max(0, at - 60), at):
            return "write", 0.75, "it is said to be put there"
        if _NEW.search(sentence, max(0, at - 60), at) or (
            _A.fullmatch(sentence, 0, at) and _IS_TOLD.match(sentence, at)
        ):
            return "write", 0.75, "it is said to be made"
        is_set_off = (ends or _begins_with(sentence, at)) and not pattern.endswith(_TEXTS)
        is_set_off = is_set_off or _is_in_brackets(sentence, at, pattern)
        return _of_no_verb(at_file, is_set_off or _is_head(sentence, at))
    if ends and verb.kind == "look" and _TEST.search(pattern) and not _LOOKS_AT_TESTS.match(verb.word):
        return "write", 0.7, "a test is set off from what is to be done"
    if at_file:
        verb = _writing_instead(verb, before)
    return _of_verb(verb, sentence[verb.end : at], into)


def _cues_before(sentence: str, at: int, cues: list[Cue], into: bool, pattern: str) -> list[Cue]:
    """Without those in brackets that have ended, and verbs that are things: "Write the review in src/review.py".

    `into`: a word such as 'in' stands before the path.
    """
    before = [cue for cue in cues if cue.end <= at]
    if "how to " in sentence:  # it is what is told: "README: how to run the tests"
        before = [cue for cue in before if cue.kind != "look" or not sentence[: cue.start].endswith("how to ")]
    if "`" in sentence[:at]:
        before = [cue for cue in before if not _is_code(sentence, cue)]
    if ")" in sentence or "]" in sentence:
        before = [cue for cue in before if not _closed(sentence[cue.end : at])]
    if any(cue.kind == "write" for cue in before):
        before = [cue for cue in before if cue.kind != "look" or not _is_thing(sentence, cue)]
    before = [cue for cue in before if cue.kind != "look" or not _is_in_label(sentence, cue, at)]
    before = [cue for cue in before if cue.kind != "refer" or not _is_in_a_name(sentence, cue, at, pattern)]
    if into:
        before = [cue for cue in before if cue.kind != "look" or not _is_named_so(sentence, cue, at, pattern)]
    return before


def _is_code(sentence: str, cue: Cue) -> bool:
    """Whether the word stands in backticks with more around it: `load(path)` is a function."""
    if sentence.count("`", 0, cue.start) % 2 == 0:
        return False
    return sentence[cue.start - 1 : cue.end + 1] != f"`{cue.word}`"


def _is_in_label(sentence: str, cue: Cue, at: int) -> bool:
    """Whether the verb stands inside what a path behind a colon or a dash is called: "Parts that run low: `low.py`", "See
    where parts are: `where.py`", "CSV import - `csv.py`"; "Review the log: `log.py`" looks at it."""
    head, gap = sentence[: cue.start], sentence[cue.end : at]
    if not _LABEL_GAP.match(gap):
        return False
    return bool(_NEW_THING.match(gap)) or _goes_on(head)


def _goes_on(head: str) -> bool:
    """Whether a word behind this is not where a clause begins: the import of "CSV import"."""
    return bool(_LETTERS.search(head)) and not _BEGINS.search(head)


def _is_in_a_name(sentence: str, cue: Cue, at: int, pattern: str) -> bool:
    """Whether the word stands inside what a path behind a colon or a dash is called, and does not speak of the path:
    "Budgets per category: `budget.py`", "CSV import - `csv.py`", `Parse amounts like "12,50"`."""
    gap = sentence[cue.end : at]
    if cue.word.lower() == "like" and _QUOTED.match(gap):
        return True
    label = None if pattern.endswith(_TEXTS) else _LABEL_GAP.match(gap)
    if label is None:
        return False
    if label["more"]:
        return not _SPEAKS_OF.match(cue.word)
    return bool(_IS_NOUN.match(cue.word)) and _goes_on(sentence[: cue.start])


def is_test(pattern: str) -> bool:
    """Whether a path is of a test, by its name or its folder."""
    return bool(_TEST.search(pattern))


def _is_into(sentence: str, at: int) -> bool:
    """Whether a word such as 'in' stands right before the path: "in src/a.py", "in its own file `src/a.py`"."""
    head = sentence[:at].rstrip(_GAP)
    if own := _OWN_FILE.search(head, max(0, len(head) - 40)):
        head = head[: own.start()].rstrip()
    return bool(words.INTO_END.search(head, max(0, len(head) - 8)))


def _writing_instead(verb: Cue, before: list[Cue]) -> Cue:
    """The verb that writes, where the last one looks or writes: "Implement the run stub in src/run.py"."""
    if verb.kind == "look" and words.EITHER.match(verb.word):
        return next((cue for cue in before if cue.kind == "write"), verb)
    return verb


def _of_no_verb(at_file: bool, ends: bool) -> Verdict:
    if at_file:
        return "write", 0.8, "it is said to be done in the path"
    if ends:
        return "write", 0.8, "the path is set off from what is to be done"
    return "write", 0.6, "the path stands in the task's text with no verb before it"


def _ends_with(sentence: str, at: int) -> bool:
    """Whether the path that begins at `at` is set behind all other words: "Contact form (src/contact.ts)", "Form, src/a.ts"."""
    while sentence[at : at + 1] in tuple("([`*"):
        at += 1
    head = sentence[:at].rstrip("` *")
    return head.endswith(_SET_OFF) and bool(_LAST.match(sentence, at))


def _is_in_brackets(sentence: str, at: int, pattern: str) -> bool:
    """Whether the path opens the first bracket behind what is to be done: "Customs form (src/customs.js, with a test)"."""
    while sentence[at : at + 1] in tuple("([`*"):
        at += 1
    head = sentence[:at].rstrip("` *")
    return head.endswith("(") and not pattern.endswith(_TEXTS) and not _PATH_BEFORE.search(head)


def _begins_with(sentence: str, at: int) -> bool:
    """Whether the path is what the sentence is about: "`src/units.js` exports toF", "Icons: `src/icons.js` maps a code"."""
    return bool(_LABEL.match(sentence[:at]))


def _is_head(sentence: str, at: int) -> bool:
    """Whether the path is the task's own name: "docs/rules.md - who may do what"."""
    return not sentence[:at].strip("`*_ ") and bool(_HEAD.match(sentence, at))


def _is_called_so(sentence: str, at: int, pattern: str) -> bool:
    """Whether the path stands in brackets behind its own name and a colon: "README: how to install (README.md)"."""
    label, colon, _rest = sentence[:at].partition(":")
    name = posixpath.splitext(posixpath.basename(pattern))[0].lower()
    return bool(colon) and label.strip("`*_ \t\n#0123456789.)[]-").lower() == name and _ends_with(sentence, at)


def _whose(sentence: str, cue: Cue, at: int, pattern: str) -> Verdict | None:
    """Of "receipts use the tax table (src/receipt.ts)": the file of the words before "use" or of those behind it."""
    name = _singular(posixpath.splitext(posixpath.basename(pattern))[0])
    if name and name <= _singular(sentence[: cue.start]) and not name & _singular(sentence[cue.end : at]):
        return "write", 0.7, "the path is called as what stands before its uses"
    return None


def _singular(text: str) -> set[str]:
    return {word.removesuffix("s") for word in _LETTERS.findall(text.lower())}


def _is_thing(sentence: str, cue: Cue) -> bool:
    """Not "which loads" and "that reads"."""
    return not cue.word.endswith("ads") and bool(_ARTICLE.search(sentence, max(0, cue.start - 30), cue.start))


def _is_named_so(sentence: str, cue: Cue, at: int, pattern: str) -> bool:
    """Whether a word for looking is part of a thing's name: "Token check in api/token.py", "Audit log in api/audit.py"."""
    if words.THING_CHECKED.search(sentence[max(0, cue.start - 40) : cue.end]):
        return True
    named = cue.word.lower() in re.split(r"[\W_]+", pattern.rpartition("/")[2].lower())
    return named and bool(words.THING.match(sentence[cue.end : at]))


def _of_verb(verb: Cue, between: str, into: bool) -> Verdict:
    """What the verb does with the path; `between` them stands this, `into`: with a word such as 'in'."""
    if verb.kind == "look":
        if into and words.EITHER.match(verb.word) and _has_object(between):
            return "write", 0.6, f"'{verb.word}' may edit what stands in the path"
        return "read", 0.7, f"'{verb.word}' stands before the path"
    return "write", 0.85 if into or len(between) <= 60 else 0.7, f"'{verb.word}' stands before the path"


def _referred(sentence: str, at: int, cue: Cue, verb: Cue | None, direct: bool) -> Verdict | None:
    """What "from src/a.py" or "see src/a.py" means; None when the verb decides. `direct`: no 'in' before the path."""
    out = cue.word.lower() == "from"
    if out and words.CALLED.search(sentence[: cue.start]):
        return "write", 0.7, "what is called from the path is called there"
    if out and verb and words.TAKING_OUT.match(verb.word):
        return "write", 0.7, f"'{verb.word}' stands before the path, which it takes something from"
    if direct or not sentence[cue.end : at].strip(" `*:("):
        return "read", 0.7, f"'{cue.word}' stands before the path"
    return None


def beside(sentence: str, start: int, pattern: str, verdict: Verdict, end: int, other: Verdict) -> Verdict:
    """The verdict of a path behind another one, which ends at `end` and has the verdict `other`."""
    if _is_cited(sentence, start, pattern):
        return "read", 0.65, "it stands in brackets behind a path"
    if other[0] == "read" and is_home(sentence, end, start, pattern):
        return "write", 0.7, "it stands in brackets behind what is read from a path"
    is_test = _TEST.search(pattern) is not None  # "Write `a.py` with `test_a.py`"
    if other[0] == verdict[0] == "write" and not is_test and _is_used(sentence, end, start):
        return "read", 0.6, "what is written before it uses it"
    return verdict


def is_home(sentence: str, end: int, start: int, pattern: str) -> bool:
    """Whether the path stands alone in brackets at the end, behind one that is read from: "Read it from a.toml (config.go)"."""
    alone = bool(_OPENED.fullmatch(sentence, end, start + 1)) and _ends_with(sentence, start)
    return alone and not pattern.endswith(_TEXTS) and bool(_FROM.search(sentence, 0, end))


def _is_cited(sentence: str, at: int, pattern: str) -> bool:
    """Whether a document is named in brackets behind a path: "Create the model in src/a.py (data-model.md, part 6)"."""
    if not pattern.endswith(_TEXTS):
        return False
    opened = sentence.rfind("(", 0, at)
    inside = sentence[opened:at]
    return opened > 0 and ")" not in inside and bool(_PATH_BEFORE.search(sentence[:opened]))


def _is_used(sentence: str, written: int, at: int) -> bool:
    """Whether a path serves the one that is written before it: "Create `a.py` which prints items with `b.py`"."""
    between = sentence[written:at]
    if words.RELATIVE_USE.search(between) or words.TOLD_ABOUT.match(between[-200:]):
        return True
    return bool(words.WITH.search(between)) and not words.BOTH.search(sentence[:at])


def _closed(between: str) -> bool:
    """Whether a word stands in a bracket that has ended: "(depends on T023) `src/a.ts`"."""
    return between.count(")") > between.count("(") or between.count("]") > between.count("[")


def _has_object(between: str) -> bool:
    """Whether a verb of looking has something else to look at than the path: "Check permissions in src/a.ts"."""
    words_ = words.INTO.sub("", between)
    return bool(words_.strip(" `*:(")) and not words.ONLY_LOOKS.match(between)

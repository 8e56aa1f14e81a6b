"""What one task gives away of what it makes and needs: files, modules, identifiers, the words of its names."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from fanout.plan.model import Task
from fanout.plan.order import documented, identifiers, layers, modules
from fanout.plan.read.prose.vocabulary import COMMANDS
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.reading import Note


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SURE_WRITES = 0.8
_CHECKS = re.compile(
    r"\b(?:(?:final|full|end-to-end|e2e|overall|manual)\s+(?:\w+\s+)?"
    r"(?:verification|validation|review|check|test(?:s|ing)?|qa|pass)|"
    r"\Acheckpoint|\Apolish(?!\s+`?[\w./-]*\w\.\w)|\Afinal\w* clean-?up|run (?:all|the (?:full|whole|entire)) (?:\w+ )?tests?|"
    r"run (?:the )?(?:full )?(?:test )?suite|run\b[^.;]*\b(?:whole|full|entire|complete) (?:[\w-]+ )?(?:suite|tests?)|"
    r"smoke test|regression|"
    r"(?:verify|test|check|review|document|validate) (?:all|everything|the (?:whole|entire|full|complete)))\b|"
    r"(?:全量|全面|整体|整體|完整|最终|最終|总体|總體)(?:的)?(?:回归|回歸)?(?:验证|驗證|检查|檢查|测试|測試|検証|テスト)|端到端(?:验证|驗證|测试|測試)|최종\s*(?:검증|점검)",
    re.IGNORECASE,
)
_OF_ALL = re.compile(
    r"\b(?:(?:them|these|those|it) all\b|all of (?:them|these|those|it|the (?:above|others?))\b|"
    r"(?:all|everything) (?:the )?above\b|"
    r"(?:wire|tie|put|bring|hook|glue|plug|connect|register|integrate|combine|assemble)\s+(?:(?:up|in|together)\s+)?(?:them|these|those|everything|all)\b)",
    re.IGNORECASE,
)
# "Mention the new functions in README.md": what all those before it have made.
_OF_NEW = re.compile(
    r"\b(?:mention|document|describe|list|explain|cover|show|export|re-?export)\w*\s+(?:all\s+)?(?:of\s+)?(?:the\s+|these\s+|our\s+)?new\s+"
    r"(?!\w+s\s+(?:of|for)\b)(?:function|command|subcommand|module|option|flag|feature|page|endpoint|helper|tool|script|component|thing|part|method|route)s\b",
    re.IGNORECASE,
)
_RUNS = re.compile(
    r"\A\W*(?:re-?run|run|execute)\b[^.;]*\b(?:tests?|suite|quickstart|checks?|checklist|linters?|lint|build|ci)\b|"
    r"\A\W*(?:see that |make sure (?:that )?|ensure (?:that )?)?(?:all|the) (?:\w+ )?tests (?:pass|are green)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:verif\w+|validat\w+|check\w*|smoke|gates?|final\w*|wrap-?up|clos(?:e|es|ing)|clean-?up|whole|entire)\b",
    re.IGNORECASE,
)
_LAST_PHASE = re.compile(
    r"\b(?:polish|final|cross-cutting|verification|validation|wrap-?up|clean-?up|release|closing)\b", re.I
)
_SCAFFOLD = re.compile(
    r"\b(?:initiali[sz]e|init|scaffold|set\s?up|bootstrap|create)\b.{0,40}"
    r"\b(?:project|repo(?:sitory)?|workspace|monorepo|skeleton|(?:folder|directory|project|package|module) structure|"
    r"scaffold\w*)\b",
    re.IGNORECASE,
)
_WHOLE_PROJECT = re.compile(r"\b(?:project|repo(?:sitory)?|workspace|monorepo)\b", re.IGNORECASE)
_MANIFESTS = _words(
    """
    package.json pyproject.toml Cargo.toml go.mod pom.xml build.gradle composer.json Gemfile
    """
)
HUBS = re.compile(
    r"(?:\A|/)(?:CHANGELOG|CHANGES|HISTORY|README|CLAUDE|AGENTS|GEMINI|CONTRIBUTING|TODO|ROADMAP)(?:\.[\w-]+)?\.(?:md|rst|txt|adoc)\Z|"
    r"\A(?-i:CHANGELOG|CHANGES|Changes|ChangeLog|HISTORY|NEWS|README|TODO)\Z",
    re.IGNORECASE,
)
_TEST = re.compile(
    r"(?:\A|/)(?:tests?|__tests__|specs?|e2e)/|(?:\A|/)test_|[._-]test\.\w+\Z|[.-]spec\.\w+\Z|_spec\.(?:rb|lua|[cm]?[jt]sx?)\Z|Tests?\.\w+\Z|(?:\A|/)x?t/(?:.*/)?[\w.-]+\.t\Z"
)
_MAKES = re.compile(
    r"\b(?:create[sd]?|new|add(?:s|ing)?|scaffold|generate|write|implement)\b|创建|新建|新增", re.IGNORECASE
)
_CHANGES = re.compile(r"\b(?:modify|update|edit|extend|refactor|fix|change|existing)\b|修改|更新", re.IGNORECASE)
_CONSUMES = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(?:\*\*)?(?:consumes|uses|needs|requires|builds on|inputs?)(?:\*\*)?[ \t]*:(?:\*\*)?[ \t]*(.+)$",
    re.IGNORECASE | re.MULTILINE,
)
# "Receipt text that uses the discount and the shipping costs": "the" means something that is known, as does a list of things.
_USES_THE = re.compile(
    r"\b(?:uses?|using|consum(?:es|ing)|call(?:s|ing)|build(?:s|ing)?\s+(?:up)?on|rel(?:ies|ying)\s+on|based\s+on|on\s+top\s+of)\s+"
    r"(?=the\b|our\b|[\w-]+\s*(?:,|and\b|&))([^.;:()\n]+)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"`([A-Za-z][\w-]+)(?:\(\))?`")
# A command as it is called, its program before it or not: `redeem CODE`, `shop redeem --code CODE [FILE]`.
_ARGUMENT = r"(?:[A-Z][A-Z\d_-]+|<[^<>`\n]+>|\[[^\[\]`\n]+\]|--?[a-z][\w-]*(?:=\S+)?|\.{3})"
_USAGE = re.compile(rf"`(?:(?P<program>[a-z][\w.-]*)\s+)?(?P<name>[A-Za-z][\w-]+)(?:\s+{_ARGUMENT})+`")
_OF_NAME = re.compile(r"\b(?:sub)?commands?\s+([A-Za-z][\w-]+)\b(?![./(])", re.IGNORECASE)


@dataclass(slots=True)
class Signs:
    """`made` are files that the task creates, as far as its words and the tree say."""

    named: bool  # it names its files, and none is a wildcard over everything
    precise: bool  # it says so in code, in exact names, or in a list of files
    checks: bool  # it checks or closes what stands before it
    closes: bool  # it says so of all that stands before it: "Document all three", "Run the whole test suite"
    runs: bool  # it only runs tests, a quickstart, the build: at the list's end it is a check of all that stands before it
    of_all: bool  # it builds on all that stands before it: "Wire them all up"
    scaffold: str | None  # the folder of the project that it makes, "" for the root: what is below comes later
    phase: str
    words: identifiers.Text
    writes: list[str]
    reads: list[str]
    made: set[str]
    imports: set[str]
    says: dict[str, bool]  # single words in backticks, and behind "command" (False), as `key` writes them
    told: documented.Told  # what it documents, and what it makes that may be documented
    consumes: list[str]  # lines that say in plain words what it builds on, as `plain` writes them


_IMPORTING = ("import", "use ", "require", " from ", "mod ")


def of(task: Task, note: Note, tracked: frozenset[str]) -> Signs:
    """`tracked` are the files that the project has, none when that is not known."""
    text = _whole_text(task)
    words = identifiers.of(text)
    writes = [path for path in (*task.writes, *note.predicted) if path]
    named = _names_its_files(writes, note)
    checks = _checks(task, note, named, words.code)
    made = {path for path in writes if _is_made(path, text, tracked)}
    return Signs(
        named=named and not checks,
        precise=words.precise or _sure(note),
        checks=checks,
        closes=checks and bool(_CHECKS.search(task.title)),
        runs=not named and bool(_RUNS.search(task.title)),
        of_all=bool(_OF_ALL.search(task.title) or _OF_NEW.search(task.title)),
        scaffold=_scaffolds(task, made, tracked),
        phase=note.phase,
        words=words,
        writes=writes,
        reads=list(task.reads),
        made=made,
        imports=_imported(text, writes),
        says=_says(f"{task.title}\n{task.description.partition(chr(10))[0]}"),
        told=documented.of(task.title, text, writes),
        consumes=[plain(match[1]) for match in (*_CONSUMES.finditer(text), *_USES_THE.finditer(task.title))],
    )


def _whole_text(task: Task) -> str:
    accept = "\n".join(f"{one.text} {one.command or ''}" for one in task.accept)
    return "\n".join([task.title, task.description, accept])


def _names_its_files(writes: list[str], note: Note) -> bool:
    return bool(writes) and not note.unsure and not any(path.startswith("**") for path in writes)


def _imported(text: str, writes: list[str]) -> set[str]:
    if not any(word in text for word in _IMPORTING):
        return set()
    return modules.imported(text, frozenset(posixpath.dirname(path) for path in writes))


def plain(text: str) -> str:
    """Lower-case words in the singular with a blank around each: "Git helpers, jobs" is " git helper job "."""
    return f" {' '.join(layers.words_of(text))} "


def key(name: str) -> str:
    """A name without the marks between its words: close_month, close-month and closeMonth are one."""
    return re.sub(r"[\W_]", "", name).lower()


def _says(text: str) -> dict[str, bool]:
    bare = {key(match[1]): False for match in _OF_NAME.finditer(text)}
    used = {
        key(match["name"]): True
        for match in _USAGE.finditer(text)
        if (match["program"] or match["name"]) not in COMMANDS
    }
    return bare | used | {key(match[1]): True for match in _SPAN.finditer(text)}


def _sure(note: Note) -> bool:
    """Whether the files are stated, or stand behind a verb that says what is done with them."""
    return all(one.confidence >= SURE_WRITES for one in note.inferred if one.field == "writes")


def _checks(task: Task, note: Note, named: bool, told: bool) -> bool:
    """`told`: it says in code what it writes, so a document of it closes nothing."""
    if not named:
        return bool(_CHECKS.search(task.title) or only_looks(task.title) or _LAST_PHASE.search(note.phase))
    beside = all(HUBS.search(path) or is_test(path) or path.startswith("docs/") for path in task.writes)
    closes = bool(_CHECKS.search(task.title) or _LAST_PHASE.search(note.phase))
    return (
        bool(_CHECKS.match(task.title))
        or (beside and closes)
        or (all(HUBS.search(path) for path in task.writes) and not (told and not _CLOSING.search(task.title)))
    )


def _scaffolds(task: Task, made: set[str], tracked: frozenset[str]) -> str | None:
    """The folder of a manifest or a package that it makes; by its title alone the root, where there is no manifest yet."""
    folders = [posixpath.dirname(path) for path in made if posixpath.basename(path) in _MANIFESTS]
    if made and all(path.endswith("/__init__.py") for path in made):  # a new package: what else is in it comes later
        folders = [posixpath.dirname(path) for path in made]
    if folders:
        made_in: str | None = min(folders, key=len)
    elif _SCAFFOLD.search(task.title) and not tracked & _MANIFESTS:
        whole = _WHOLE_PROJECT.search(task.title) or not made
        made_in = "" if whole else _skeleton(made)
    else:
        made_in = None
    return None if made_in is not None and _has_code(made_in, tracked) else made_in


def _skeleton(made: set[str]) -> str | None:
    """The folder that holds all that is made; of documents alone nobody waits for: "Create the skill's skeleton"."""
    is_text = all(posixpath.splitext(path)[1] in (".md", ".rst") for path in made)
    return None if is_text else posixpath.commonpath([posixpath.dirname(path) for path in made])


def _has_code(folder: str, tracked: frozenset[str]) -> bool:
    """Whether there is code below a folder: then nobody waits for a manifest or a skeleton there."""
    start = f"{folder}/" if folder else ""
    return any(path.startswith(start) and modules.is_code(path) for path in tracked)


def _is_made(path: str, text: str, tracked: frozenset[str]) -> bool:
    """Whether the file is new: the tree lacks it, or the words by its name say so. A pattern is no file."""
    if any(char in path for char in "*?{"):
        return False
    if path in tracked:
        return False
    if tracked:
        return True
    lines = [line.partition(path)[0] for line in text.split("\n") if path in line]
    return not any(_CHANGES.search(line) and not _MAKES.search(line) for line in lines)


def is_test(path: str) -> bool:
    return bool(_TEST.search(path))

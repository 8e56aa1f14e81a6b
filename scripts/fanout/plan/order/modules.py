"""Files by the names that code imports them with: Python, TypeScript and JavaScript, Go, Rust, Java and its kin, SQL."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PYTHON = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\(([^)]*)|([\w \t,]*))|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_SCRIPT = re.compile(
    r"(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*['\"]([^'\"\n]+)['\"]|\bmock\(\s*['\"]([^'\"\n]+)['\"]"
)
_GO = re.compile(r"^\s*(?:import\s+)?(?:\w+\s+)?\"([\w.-]+(?:/[\w.-]+)+)\"\s*$", re.MULTILINE)
_RUST = re.compile(r"\b(?:use\s+|pub\s+use\s+)?((?:crate|super|self)(?:::\w+)+)")
_RUST_MODULE = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;", re.MULTILINE)
_JAVA = re.compile(r"^\s*import\s+(?:static\s+)?([a-z]\w*(?:\.\w+)+)\s*;?\s*$", re.MULTILINE)
_INDEX = ("index", "__init__", "mod", "lib")
CODE = _words(
    """
    .py .pyi .ts .tsx .js .jsx .mjs .cjs .mts .cts .vue .svelte .go .rs .java .kt .kts .scala .cs .swift .rb .php .c
    .h .cpp .hpp .sql .prisma .dart .ex .exs .css .scss .json .graphql .proto
    """
)
# Of one word: what many folders have, and what libraries are called.
_GENERIC = _words(
    """
    utils types index helpers constants common lib api config main app models test tests json logging enum time datetime
    random math re os sys path io abc typing collections queue email calendar token secrets select signal string struct
    copy code platform profile statistics uuid http html xml csv ast cmd base client server routes schema db
    """
)


def is_code(path: str) -> bool:
    return posixpath.splitext(path)[1] in CODE


def names(path: str) -> Iterator[str]:
    """What code may call the file by: the ends of its path without its ending, and of a folder's index the folder."""
    stem, ending = posixpath.splitext(path)
    if ending not in CODE:
        return
    parts = [part for part in stem.removesuffix(".d").split("/") if part]
    if parts and parts[-1] in _INDEX and len(parts) > 1:
        parts.pop()
    for cut in range(len(parts)):
        yield "/".join(parts[cut:])
    if ending == ".go":
        for cut in range(len(parts) - 1):
            yield "/".join([*parts[cut:-1], ""])


def imported(code: str, folders: frozenset[str]) -> set[str]:
    """The names, as `names` gives them, that code imports; `folders` are those that it may stand in.

    `./store` is taken only next to the file itself, a bare name of Python when it is none of the standard library.
    """
    found = {name for name in _dotted(code, folders) if "/" in name or name not in _GENERIC}
    found.discard("")
    for match in _SCRIPT.finditer(code):
        found |= _script(match[1] or match[2], folders)
    found |= {"/".join([*match[1].split("/")[-2:], ""]) for match in _GO.finditer(code)}
    for match in _RUST.finditer(code):
        parts = [part for part in match[1].split("::") if part not in ("crate", "super", "self")]
        found |= {"/".join(parts[:cut]) for cut in range(1, len(parts) + 1) if parts[cut - 1] not in _GENERIC}
    found |= {match[1] for match in _RUST_MODULE.finditer(code)}
    return found


def _dotted(code: str, folders: frozenset[str]) -> Iterator[str]:
    """`from app.store import rows` is app/store, or app/store/rows; `from .store import rows` is beside the task's files."""
    for match in _PYTHON.finditer(code):
        if match[1]:
            names = re.findall(r"(?<!\bas )\b(?!as\b)[A-Za-z_]\w*", re.sub(r"#.*", "", match[2] or match[3] or ""))
            for base in _bases(match[1], folders):
                yield base
                for name in names:
                    yield f"{base}/{name}" if base else name
        else:
            for name in match[4].split(","):
                yield name.strip().split(" ")[0].replace(".", "/")
    for match in _JAVA.finditer(code):
        yield match[1].replace(".", "/")


def _bases(module: str, folders: frozenset[str]) -> Iterator[str]:
    """The places that the module of a `from` may be; one of dots alone is a folder that the file stands in."""
    dotted = module.lstrip(".")
    inside = dotted.replace(".", "/")
    if inside:
        yield inside
    above = len(module) - len(dotted) - 1
    for folder in folders if above >= 0 else ():
        parts = folder.split("/")[: len(folder.split("/")) - above]
        yield "/".join([*parts, *([inside] if inside else [])])


def _script(target: str, folders: frozenset[str]) -> set[str]:
    """`./store` beside the task's own files; `@/lib/store` and `../lib/store` by the end that they share."""
    stem, ending = posixpath.splitext(target)
    target = stem if ending in CODE else target
    if target.startswith("."):
        joined = {posixpath.normpath(posixpath.join(folder, target)) for folder in folders}
        found = {path for path in joined if not path.startswith("..")}
        rest = target.lstrip("./")
        return found | ({rest} if "/" in rest else set())
    if target.startswith(("@/", "~/", "#/", "$lib/", "src/", "/")):
        rest = target.partition("/")[2] if not target.startswith("src/") else target
        return {rest} if "/" in rest or rest not in _GENERIC else set()
    return set()

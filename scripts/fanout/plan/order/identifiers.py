"""Identifiers in the text of a task: which its code defines, and which it uses. Tokens, not a parser: plans hold pieces."""

from __future__ import annotations

import re
from typing import NamedTuple

from fanout.plan.order.common_names import COMMON

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_NAME = r"([A-Za-z_$][\w$]*)"
_PLAIN = (
    r"(?:export\s+|default\s+|declare\s+|abstract\s+|async\s+|pub(?:\([^)\n]*\))?\s+|public\s+|private\s+|protected\s+|"
    r"internal\s+|static\s+|final\s+|sealed\s+|open\s+|data\s+|override\s+|unsafe\s+|const\s+(?=fn\b))*"
)
_DEFINED = re.compile(
    rf"^[ \t]*{_PLAIN}(?:def|class|interface|enum|struct|trait|protocol|record|object|namespace|module|fn|fun|func|function\*?"
    rf"|macro_rules!|#\s*define|extension|actor)[ \t]+(?:\([^)\n]*\)[ \t]*)?{_NAME}"
    rf"|^(?:export[ \t]+)?(?:declare[ \t]+)?type[ \t]+{_NAME}"
    rf"|^(?:export[ \t]+)?(?:const|let|var)[ \t]+{_NAME}(?=[ \t]*[:=(\w*\[])"
    rf"|^pub(?:\([^)\n]*\))?[ \t]+(?:const|static|mod|type)[ \t]+{_NAME}"
    rf"|^([A-Z][A-Z0-9_]{{3,}})[ \t]*(?::[^=\n]+)?=(?!=)",
    re.MULTILINE,
)
# `model CartItem {` of a Prisma schema, which code calls `prisma.cartItem`.
_MODEL = re.compile(r"^[ \t]*model[ \t]+([A-Z]\w*)[ \t]*\{", re.MULTILINE)
_EXPORTED = re.compile(r"\bexport\s*\{([^}]*)\}(?!\s*from)|\bmodule\.exports\s*=\s*\{([\w\s,:$]*)\}")
_EXPORTS = re.compile(r"^[ \t]*(?:module\.)?exports\.([A-Za-z_$][\w$]*)[ \t]*=(?!=)", re.MULTILINE)
# `public static List<Row> loadAllRows(` of Java, C# and TypeScript
_METHOD = re.compile(
    r"^[ \t]+(?:public|protected|internal)[ \t]+(?:(?:static|final|abstract|async|virtual|synchronized|default)[ \t]+)*"
    r"(?:[\w.<>\[\]?][\w.<>\[\],? ]*[ \t])?([A-Za-z_$][\w$]*)[ \t]*\(",
    re.MULTILINE,
)
_ACCESSOR = re.compile(r"(?:get|set|is)[A-Z][a-z]*\Z")
_SQL = re.compile(
    r"\b(?:create|CREATE)\s+(?:or\s+replace\s+|OR\s+REPLACE\s+)?(?:unique\s+|UNIQUE\s+|materialized\s+|MATERIALIZED\s+)?"
    r"(?:table|view|function|type|TABLE|VIEW|FUNCTION|TYPE)\s+(?:if\s+not\s+exists\s+|IF\s+NOT\s+EXISTS\s+)?"
    r"[\"`\[]?(?:\w+\.)?([A-Za-z_]\w*)"
    r"|\b(?:add|ADD)\s+(?:column|COLUMN)\s+(?:if\s+not\s+exists\s+|IF\s+NOT\s+EXISTS\s+)?[\"`\[]?([A-Za-z_]\w*)"
)
_MAKING = re.compile(
    r"\b(?:produces?|exports?|creates?|add(?:s|ing)?|defines?|implements?|introduces?|new|provides?|exposes?|returns?|builds?|writes?|"
    r"declares?)\b|生成|创建|新增|导出",
    re.IGNORECASE,
)
_NEEDING = re.compile(
    r"\b(?:consumes?|uses?|using|from|requires?|needs?|calls?|imports?|existing|depends?|via|with|per)\b", re.IGNORECASE
)
_SIGNATURE = re.compile(r"\A(?:[\w.]+\.)?([A-Za-z_]\w*)(?:<[^>]*>)?(?:\(.*)?(?:\s*[:{=-].*)?\Z", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CALLED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*\(")
_LISTED = re.compile(r"\bimport\s*(?:type\s*)?\{([^}]*)\}|^\s*from\s+[\w.]+\s+import\s+\(?([\w\s,]+)\)?", re.MULTILINE)
_SHORTEST = 5


class Text(NamedTuple):
    """The identifiers of a text: those it defines, those it uses; whether it has exact names, and whether code."""

    defines: frozenset[str]
    uses: frozenset[str]
    precise: bool
    code: bool


def of(text: str) -> Text:
    """What a task's text defines and uses. A plain lower-case word is a use only where code imports or calls it."""
    code = "\n".join(match[2] for match in _FENCE.finditer(text))
    prose = _FENCE.sub("\n", text) if code else text
    defined = _defined(code) | _announced(prose)
    spans = [match[1] for match in _SPAN.finditer(prose)]
    words = _TOKEN.findall(code) + [word for span in spans for word in _TOKEN.findall(span)]
    used = {word for word in words if telling(word)} | _called(code)
    used.update(word for word in _TOKEN.findall(_SPAN.sub(" ", prose)) if telling(word) and not word.isupper())
    names = [span for span in spans if "/" not in span and telling(span.split("(", 1)[0].strip())]
    return Text(frozenset(defined), frozenset(used), bool(code.strip()) or bool(names), bool(code.strip()))


def telling(word: str) -> bool:
    """Whether a word alone is the name of one thing: it has humps or underscores, and is not on everybody's lips.

    One word in capitals (STATUS, TOKEN) is the name of many things.
    """
    if len(word) < _SHORTEST or word in COMMON or (word.isupper() and "_" not in word):
        return False
    body = word.strip("_")
    return "_" in body or any(char.isupper() for char in body[1:]) or (body[:1].isupper() and len(body) > _SHORTEST + 3)


def _defined(code: str) -> set[str]:
    names = {next(filter(None, match.groups())) for match in _DEFINED.finditer(code)}
    names |= {next(filter(None, match.groups())) for match in _SQL.finditer(code)}
    names |= {name for one in _MODEL.findall(code) if telling(one) for name in (one, one[0].lower() + one[1:])}
    names |= {match[1] for match in _EXPORTS.finditer(code)}
    for match in _EXPORTED.finditer(code):
        parts = (match[1] or match[2] or "").split(",")
        names.update(part.split(" as ")[-1].partition(":")[0].strip() for part in parts)
    names |= {name for name in _METHOD.findall(code) if telling(name) and not _ACCESSOR.match(name)}
    return {name for name in names if name not in COMMON and (telling(name) or len(name) >= _SHORTEST)}


def _announced(prose: str) -> set[str]:
    """Names in backticks behind a word of making, in the same line: "Produces: `load_store(path) -> Store`"."""
    names: set[str] = set()
    for line in prose.split("\n"):
        making = _MAKING.search(line) if "`" in line else None
        if making is None:
            continue
        needing = _NEEDING.search(line, making.end())
        end = needing.start() if needing else len(line)
        for span in _SPAN.finditer(line, making.end(), max(end, making.end())):
            match = _SIGNATURE.match(span[1].strip())
            if match and telling(match[1]) and "/" not in span[1]:
                names.add(match[1])
    return names


def _called(code: str) -> set[str]:
    """Plain names that code calls or imports by name."""
    names = set(_CALLED.findall(code))
    for match in _LISTED.finditer(code):
        names.update(part.split(" as ")[0].strip() for part in (match[1] or match[2] or "").split(","))
    return {name for name in names if len(name) >= _SHORTEST and name not in COMMON}

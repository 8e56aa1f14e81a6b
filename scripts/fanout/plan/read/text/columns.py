# ruff: noqa: RUF001 - full-width punctuation is what lists are written with
"""What the columns of a table hold: by their headings, and by their cells where a heading does not tell.

A table that names what each row needs, or where it is done, may call its rows A, B, C, and its columns what it likes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fanout.plan.read.prose.path_words import as_path

_HEADS = {
    "id": r"#|id|no\.?|nr\.?|n\.?|key|ref|(?:task|ticket|issue|step)(?:\s*(?:id|#|no\.?|number))?|编号|任务|"
    r"n[º°]|番号|タスク|tareas?|aufgaben?|tâches?|tarefas?|задача",
    "phase": r"phases?|stages?|milestones?|sprints?|fases?|etapas?|étapes?|阶段|階段|フェーズ|단계|этап",
    "title": r"title|(?:task\s+)?(?:name|description|title)|subject|summary|what(?:\s+to\s+do)?|work|deliverable|items?|"
    r"features?|slices?|increments?|(?:user\s+)?stor(?:y|ies)|action(?:\s+item)?|improvement|to-?\s?do|job|"
    r"标题|描述|título|titre|titel|nombre|descripci[oó]n|descrição|beschreibung|was(?:\s+zu\s+tun\s+ist)?|quoi|qué|内容|説明|описание|что|功能|기능|機能",
    "needs": r"depends(?:[ _-]?on)?|dependenc(?:y|ies)|deps|blocked(?:[ _-]?by)?|requires|prerequisites?|"
    r"pre-?reqs?|needs(?:\s+first)?|"
    r"(?:only\s+)?after|comes\s+after|waits?(?:[ _-]?(?:for|on))?|waiting\s+(?:for|on)|依赖|前置|"
    r"depende(?: de)?|dependencias?|dependências?|abhängig(?:keit(?:en)?)?(?: von)?|(?:erst\s+)?nach|braucht|"
    r"benötigt|wartet\s+auf|"
    r"dépend(?:ances?)?(?: de)?|après|requiere|necesita|después\s+de|precisa(?: de)?|depois\s+de|"
    r"依存(?:関係|先)?|зависит от|зависимости",
    "status": r"status|state|状态|estado|statut|stato|ステータス|状態|상태|статус",
    "progress": r"progress|done|complete|fortschritt|avance|进度|進捗|진행률?",
    "size": r"size|effort|estimate|est\.?|hours?|time|工时",
    "files": r"files?(?:\s+\w+)?|paths?|where|modules?|in\s+(?:file|module)|文件|archivos?|ficheros?|"
    r"dateien?|datei|wo|modul(?:e|o|os)?|où|dónde|onde|fichiers?|arquivos?|ファイル|파일|файлы?|где",
}
_TASK = re.compile(r"(?:task|tareas?|aufgaben?|tâches?|tarefas?|タスク|задача)\Z", re.IGNORECASE)
_PATTERNS = {name: re.compile(rf"(?:{pattern})\Z", re.IGNORECASE) for name, pattern in _HEADS.items()}
_LETTER = re.compile(r"[*_`(\[]*(?P<id>[A-Za-z])[*_`.)\]:]*\Z")
_NAME = re.compile(r"[*_`(\[#]*(?P<id>[A-Za-z]{1,4}-?\d{1,4})[*_`.)\]:]*\Z")
_NONE = re.compile(
    r"[\s*_`]*(?:-+|–|—|/|none|no|n/?a|nothing|nichts|keine?|nada|rien|无|なし)?[\s*_`.]*\Z", re.IGNORECASE
)
_AND = re.compile(r"\s*(?:[,，、;；/&+]|\band\b|\bund\b|\bet\b|\by\b|\be\b|\s)\s*", re.IGNORECASE)
_RANKS = re.compile(
    r"(?:prio\w*|rank|grade|class|level|who|owner|team|type|kind|group|size|risk|art|wer|von)\b", re.IGNORECASE
)
_SPOKEN_OF = re.compile(
    r"spec|doc|link|plan|ref|see|source|issue|design|url|evidence|proof|test|read|from|quelle|siehe", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"(?:[\s,;`]|\s[+&/](?=\s)|<br\s*/?>|\s(?:and|und|et|y|e)(?=\s))+", re.IGNORECASE
)  # of two paths of a cell
_FEWEST = 2
Cells = Sequence[Sequence[str]]


def find(heads: Sequence[str], rows: Cells) -> dict[str, int]:
    """The place of each kind of column."""
    columns = _by_heads(heads)
    free = [place for place in range(len(heads)) if place not in columns.values()]
    if {"title", "needs"} & columns.keys() and "id" not in columns and "phase" not in columns:
        _take(columns, free, "id", [place for place in free if names(_column(rows, place))])
    if "id" in columns and "phase" not in columns:
        _by_cells(columns, free, heads, rows)
    return columns


def names(cells: Sequence[str]) -> list[str]:
    """The ids of a column that holds nothing but letters, A, B, C, or letters and numbers; [] for any other."""
    return letters(cells) or _all(_NAME, cells)


def letters(cells: Sequence[str]) -> list[str]:
    """The ids of a column that holds nothing but single letters; [] for any other."""
    return _all(_LETTER, cells)


def _all(form: re.Pattern[str], cells: Sequence[str]) -> list[str]:
    found = [match["id"] for cell in cells for match in [form.match(cell.strip())] if match]
    return found if len(found) == len(cells) == len(set(found)) >= _FEWEST else []


def named_in(cell: str, known: Sequence[str]) -> list[str] | None:
    """The ids of a table's rows that a cell consists of: "A, B", "A-C"; [] where it says that there are none, else None."""
    if _NONE.match(cell):
        return []
    found: list[str] = []
    for part in _AND.split(re.sub(r"\([^()]*\)", " ", cell).strip(" *_`.")):
        first, dash, last = re.sub(r"[*_`#]", "", part).partition("-") if part not in known else (part, "", "")
        first, last = first.strip("–"), last or first
        if first not in known or last not in known:
            return None
        found += known[known.index(first) : known.index(last) + 1] if dash else [first]
    return list(dict.fromkeys(found))


def _by_heads(heads: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, head in enumerate(heads):
        words = re.sub(r"[*_`]", "", head).strip().rstrip("?:：").strip()
        for name, pattern in _PATTERNS.items():
            if pattern.match(words) and name not in columns:
                columns[name] = place
                break
        else:
            if "id" in columns and "title" not in columns and _TASK.match(words):
                columns["title"] = place
    if "progress" in columns and "status" not in columns:
        columns["status"] = columns["progress"]
    return columns


def _by_cells(columns: dict[str, int], free: list[int], heads: Sequence[str], rows: Cells) -> None:
    """The columns of a table of ids that no heading tells: paths, ids of the table, and then the words."""
    if "files" not in columns:
        able = [place for place in free if not _SPOKEN_OF.search(heads[place])]
        _take(columns, free, "files", [place for place in able if _are_paths(_column(rows, place))])
    known = names(_column(rows, columns["id"]))
    if known and "needs" not in columns:
        able = [place for place in free if not _RANKS.match(heads[place].strip())]
        _take(columns, free, "needs", [place for place in able if _are_needs(_column(rows, place), known)])
    if {"needs", "files"} & columns.keys() and "title" not in columns:
        _take(columns, free, "title", [place for place in free if _are_words(_column(rows, place))])


def _take(columns: dict[str, int], free: list[int], name: str, places: Sequence[int]) -> None:
    if places:
        columns[name] = places[0]
        free.remove(places[0])


def _column(rows: Cells, place: int) -> list[str]:
    return [row[place] if place < len(row) else "" for row in rows]


def _are_paths(cells: Sequence[str]) -> bool:
    said = [cell.strip(" `*") for cell in cells if not _NONE.match(cell)]
    return len(said) >= _FEWEST and all(all(map(as_path, _BETWEEN.split(cell))) for cell in said)


def _are_words(cells: Sequence[str]) -> bool:
    """Whether each cell says something, and most of them in several words."""
    several = sum(bool(re.search(r"\w\s+\w", cell)) for cell in cells)
    return 2 * several > len(cells) and all(re.search(r"[^\W\d_]{2}", cell) for cell in cells)


def _are_needs(cells: Sequence[str], known: Sequence[str]) -> bool:
    """Whether each cell is empty or names other rows, and one does."""
    found = [named_in(cell, known) for cell in cells]
    some = [one for one in found if one]
    return (
        bool(some)
        and all(one is not None for one in found)
        and all(known[at] not in (one or ()) for at, one in enumerate(found))
    )

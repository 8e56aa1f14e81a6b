"""Tasks that are objects in a JSON list: what ralph's stories, feature lists and other tools' records share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from fanout.plan.read.prose import status_words, statuses, touched
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.prose.write_or_read import begins_with_writing
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import json_records, markdown, task_fields
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.json_records import Record
from fanout.plan.reading import Edit, Origin, Status

_IDS = ("id", "story_id", "storyId", "key")
_TITLES = ("title", "name", "feature", "subject", "content", "summary", "task", "description")
_NEEDS = ("dependsOn", "depends_on", "dependencies", "blockedBy", "blocked_by", "prerequisites", "requires")
_CRITERIA = ("acceptanceCriteria", "acceptance_criteria", "acceptance", "criteria", "verification", "tests")
_FILES = ("files", "filesToModify", "files_to_modify", "modifiedFiles", "writes", "deliverables", "owns", "file")
_FILE_FIELD = re.compile(r"(?:impl(?:ementation)?|source|target|test)_?files?\Z", re.IGNORECASE)
_TEXTS = ("description", "details", "notes", "summary", "implementationGuide", "implementation_notes")
_DONE = ("passes", "passed", "done", "completed", "complete", "implemented", "finished")


_WORDS: dict[Status, tuple[str, ...]] = {  # the words that lists use, the first one where a list has none of them yet
    "completed": ("done", "completed", "complete", "passed", "passing", "implemented"),
    "pending": ("pending", "todo", "not_started", "planned", "open"),
    "in_progress": ("in_progress", "in-progress", "doing"),
}


_STATUSES = "Known: pending, in_progress, done, blocked, skipped."


@dataclass(slots=True)
class Made:
    """One task as read, and whether its record states what it waits for."""

    entry: Entry
    stated: bool


def identity(index: int, record: Record) -> str:
    """The record's own id, its name in a map, or its place in the list."""
    own = next((record.data[key] for key in _IDS if record.data.get(key) not in (None, "")), record.key)
    return clean_id(str(own)) if own not in (None, "") else f"{index + 1:02d}"


def status_of(data: dict[str, object]) -> tuple[Status | None, str]:
    """What the record says of itself, None for a word that is not known; and the field that says it."""
    flag = next((key for key in _DONE if _flag(data.get(key)) is not None), "")
    word = data.get("status", data.get("state"))
    if flag and _flag(data[flag]):
        return "completed", flag
    if isinstance(word, str) and word.strip():
        status = statuses.exact(word)
        if flag and status == "completed":
            return "pending", flag
        return status, "status" if "status" in data else "state"
    return "pending", flag


def _flag(value: object) -> bool | None:
    """True or False, also written as a text; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def read(gather: Gather, record: Record, index: int, path: str) -> Made:
    """One record as a task. A field that holds something else than a text is not the title."""
    data = record.data
    key = next((key for key in _TITLES if isinstance(data.get(key), (str, int))), "")
    title = _text(data, key) or record.key or f"task {index + 1}"
    status, said = status_of(data)
    place = gather.place(path, record.line)
    entry = gather.task(identity(index, record), markdown.bare(title), place, status or "pending")
    if status is None:
        gather.warn("unknown-status", f"{said} {data.get(said)!r} is taken as open", entry.id, _STATUSES)
    _warn_of_types(gather, entry, data)
    texts = [_text(data, name) for name in _TEXTS if name != key and _text(data, name)]
    words = [title, *texts, *_lines(data.get("steps"))]
    entry.fields["description"] = "\n".join(words)
    stated = _fields(entry, data)
    touched.from_prose(entry, task_fields.prose(words), only_reads=bool(entry.get("writes")))
    return Made(entry, stated)


def _fields(entry: Entry, data: dict[str, object]) -> bool:
    """Criteria, dependencies and files; whether the record has a field of dependencies."""
    for name in _CRITERIA:
        for text in _lines(data.get(name)):
            entry.accept(text)
    needs = [name for name in _NEEDS if name in data]
    for name in needs:
        entry.add("depends_on", [clean_id(one) for one in _names(data[name])])
    entry.add("writes", files(data))
    says_none = data.get("writes") == [] and not entry.get("writes")  # an empty `files` may only be left open
    entry.note.writes_nothing = says_none and not begins_with_writing(str(entry.fields["title"]))
    return bool(needs)


def files(data: dict[str, object]) -> list[str]:
    """The paths that a record's fields of files hold: `files`, `impl_file`, `testFiles` and the like."""
    fields = [*_FILES, *(name for name in data if _FILE_FIELD.match(name)), *(["scope"] if _is_paths(data) else [])]
    return [path for name in fields for path in map(as_path, _names(data.get(name))) if path]


def _is_paths(data: dict[str, object]) -> bool:
    """Whether `scope` is a list of paths; others write words there."""
    scope = data.get("scope")
    return isinstance(scope, list) and all(isinstance(one, str) and "/" in one for one in scope)


def states_needs(data: dict[str, object]) -> bool:
    """Whether a record has a field of dependencies, be it empty."""
    return any(name in data for name in _NEEDS)


def _warn_of_types(gather: Gather, entry: Entry, data: dict[str, object]) -> None:
    """Name each field that is passed over because of what it holds."""
    for names, fits, right in _SHAPES:
        for name in names:
            value = data.get(name)
            if value is None or fits(value):
                continue
            shown = json.dumps(value, ensure_ascii=False, default=str)
            shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
            message = f"{entry.note.place}: {name} is {shown}, and should be {right}: what does not fit is not read"
            gather.warn("wrong-type", message, entry.id, f"Correct {name} there.")


def leave_others(gather: Gather, text: str, path: str, keys: tuple[str, ...] = ()) -> None:
    """List what stands among the records and is none."""
    for line, shown in json_records.others(text, keys):
        gather.leave(gather.place(path, line), shown)


def _text(data: dict[str, object], key: str) -> str:
    value = data.get(key)
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _lines(value: object) -> list[str]:
    """The texts of a list, of one text, or of objects that have a text."""
    items = value if isinstance(value, list) else [value]
    lines = []
    for item in items:
        text = (
            next((item[key] for key in ("text", "description", "criterion") if key in item), "")
            if isinstance(item, dict)
            else item
        )
        if isinstance(text, str) and text.strip():
            lines.append(text)
    return lines


def _names(value: object) -> list[str]:
    """Ids or paths: texts, numbers, or objects that hold one."""
    items = value if isinstance(value, list) else [value]
    names = []
    for item in items:
        if isinstance(item, dict):
            item = next((item[key] for key in ("taskId", "id", "path", "file") if key in item), None)
        if isinstance(item, (str, int)) and not isinstance(item, bool) and str(item).strip():
            names.append(str(item).strip())
    return names


def _all_lines(value: object) -> bool:
    return len(_lines(value)) == (len(value) if isinstance(value, list) else 1) or value in ("", [])


def _all_names(value: object) -> bool:
    return len(_names(value)) == (len(value) if isinstance(value, list) else 1) or value in ("", [])


_Fits = Callable[[object], bool]
_SHAPES: tuple[tuple[tuple[str, ...], _Fits, str], ...] = (
    (_IDS[:1], lambda value: isinstance(value, (str, int)) and not isinstance(value, bool), "a text or a number"),
    (_TITLES[:2], lambda value: isinstance(value, (str, int)) and not isinstance(value, bool), "a text"),
    (("status", "state"), lambda value: isinstance(value, str), 'a word such as "done"'),
    (_DONE[:2], lambda value: _flag(value) is not None, "true or false"),
    (_NEEDS, _all_names, "a list of ids"),
    (_CRITERIA[:2], _all_lines, "a list of texts"),
    (_FILES[:4], _all_names, "a list of paths"),
)


def _beside(old: str, to: Status) -> str:
    """The word that goes with `old`: of its language, or the other one of a pair."""
    return "passing" if old == "failing" and to == "completed" else status_words.beside(old, to)


def change(content: Content, records: list[Record], origin: Origin, new: str = "passes") -> list[Edit]:
    """Sets the field that the record says its status with: a flag, or `status` in the word that the list itself uses.

    A record that has none gets the field `new`.
    """
    record = next((one for index, one in enumerate(records) if identity(index, one) == origin.task), None)
    field = (status_of(record.data)[1] if record is not None else "") or new
    value: object = origin.status == "completed"
    if field in ("status", "state"):
        words = _WORDS.get(origin.status)
        if words is None:
            return []
        used = {str(one.data.get(field)) for one in records}
        old = str(record.data.get(field, "")) if record is not None else ""
        value = next((word for word in words if word in used), _beside(old, origin.status) or words[0])
    elif origin.status not in ("completed", "pending"):
        return []
    return json_records.set_value(content, records, identity, origin.task, {field: value})

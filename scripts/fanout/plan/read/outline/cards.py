"""Cards: one Markdown file, one task, with its paths in the front matter."""

from __future__ import annotations

import os

from fanout.plan.file_access import Files
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import front, labelled_sections, markdown
from fanout.plan.read.text.front import Front

KEYS = ("allowed_paths", "affected_paths", "files_affected", "writes", "parallel_safe")


def find(files: Files, folder: str) -> list[str]:
    """The Markdown files of a folder that are one task each: their front matter lists paths."""
    cards = []
    for name in files.names(folder):
        path = os.path.join(folder, name)
        if name.endswith(".md") and files.is_file(path):
            head = files.peek(path, 4000)
            if head.startswith("---") and any(f"\n{key}:" in head for key in KEYS):
                cards.append(path)
    return cards


def read(gather: Gather, path: str) -> None:
    """allowed_paths or affected_paths are its writes."""
    page = markdown.page(gather.text(path), gather.name(path))
    head: Front = front.parse(page.lines)
    stem = os.path.basename(path).rsplit(".", 1)[0] if path else "task"
    title = next((head.text(key) for key in ("title", "name") if head.text(key)), "")
    title = title or next((line.title for line in page.lines if line.level), stem)
    status = statuses.exact(head.text("status"))
    entry = gather.task(head.text("id") or stem, title, gather.place(path, 1), status or "pending")
    for line in head.strange:
        gather.leave(gather.place(path, line.number), line.text)
    _stated(gather, entry, head)
    lines = page.lines[head.end :]
    labelled_sections.body(entry, lines)
    labelled_sections.describe(entry, lines)
    touched.settle(gather, entry, title)


def _stated(gather: Gather, entry: Entry, head: Front) -> None:
    for key in ("writes", "allowed_paths", "affected_paths", "files_affected"):
        for item in head.texts(key):
            used = as_path(item)
            if used:
                entry.add("writes", [used])
            else:
                gather.warn("not-a-path", f"{key} holds {item[:80]!r}, which is no path inside the project", entry.id)
    for key in ("depends_on", "dependencies", "deps", "blocked_by", "blockedBy"):
        entry.add("depends_on", [item.removesuffix(".md").lstrip("#") for item in head.texts(key)])
    entry.add("excludes", head.texts("conflicts_with"))
    entry.note.parallel = head.flag("parallel_safe") if "parallel_safe" in head.values else head.flag("parallel")

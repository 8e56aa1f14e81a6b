"""What a call of a file tool announces: before it runs from its arguments, after it from what the client answers.

    {"before": [texts it may have found], "after": [texts it may have left], "edits": [[old, new, everywhere]],
     "ends": line ends}

Texts are named as objects are. What is missing is not known; {} announces nothing.
"""

from __future__ import annotations

from fanout.run.changes import texts
from fanout.run.changes.texts import name_of

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    Announced = dict[str, object]

ABSENT = ""  # as objects.ABSENT
MARK = "\ufeff"  # the client keeps that of the file that it writes over
LARGEST = 1_000_000


def of_input(given: dict[str, object]) -> Announced:
    """What Write, Edit or MultiEdit is about to do; {} for a tool that says no text."""
    content = given.get("content")
    if isinstance(content, str):
        return of_text(content)
    listed = given.get("edits")
    edits = [_edit(each) for each in (listed if isinstance(listed, list) else [given])]
    if not edits or None in edits or sum(len(edit[0]) + len(edit[1]) for edit in edits if edit) > LARGEST:
        return {}
    return {"edits": edits}


def of_text(content: str) -> Announced:
    """That the file will hold exactly this."""
    text = content.replace("\r\n", "\n")
    return {"after": [name_of(text), name_of(MARK + text)], "ends": texts.ends_of(content)}


def of_response(given: dict[str, object], answer: object, keep: Callable[[str], str]) -> Announced | None:
    """What the client says that it did; None when it does not. `keep` keeps a text and returns its name."""
    if not isinstance(answer, dict):
        return None
    notebook, old = answer.get("updated_file"), answer.get("originalFile", answer.get("original_file", 0))
    content = answer.get("content", notebook)
    if old is not None and not isinstance(old, str):
        return None
    before = (old or "").replace("\r\n", "\n")
    named = [] if old is None else [name_of(before)]
    step: dict[str, object] = {"before": named + ([] if old else [ABSENT])}  # an Edit that makes a file found "" there
    if isinstance(content, str):
        exact = given.get("content") if notebook is None else None
        ends = {"ends": texts.ends_of(exact)} if isinstance(exact, str) else {}
        return {**step, "after": [keep(content.replace("\r\n", "\n"))], **ends}
    after = _after(before, answer)
    return {**step, "after": [keep(text) for text in after]} if after else None


def _after(before: str, answer: dict[str, object]) -> list[str]:
    """The texts that an Edit may have left: by its patch, and by its words, which are less sure."""
    edit = _edit(
        {
            "old_string": answer.get("oldString"),
            "new_string": answer.get("newString"),
            "replace_all": answer.get("replaceAll"),
        }
    )
    patched = texts.patched(before, answer.get("structuredPatch"))
    versions = [] if patched is None else [patched]
    if edit is not None and not answer.get("userModified"):
        versions += texts.edited(before, *edit)
    return list(dict.fromkeys(versions))


def _edit(given: object) -> tuple[str, str, bool] | None:
    if not isinstance(given, dict):
        return None
    old, new = given.get("old_string"), given.get("new_string")
    if not isinstance(old, str) or not isinstance(new, str):
        return None
    return old.replace("\r\n", "\n"), new.replace("\r\n", "\n"), bool(given.get("replace_all"))

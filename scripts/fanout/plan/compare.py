"""What differs between two states of a task list, in words; how far its tasks are does not count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VALUE_CHARACTERS = 60


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """A line for each task that was added, removed or changed, and one for the settings of the whole list.

    Both are documents as plain data, defaults left out.
    """
    old, new = ({task["id"]: task for task in document.get("tasks", [])} for document in (before, after))
    lines = [f"{name} is new" for name in new if name not in old]
    lines += [f"{name} is gone" for name in old if name not in new]
    lines += [f"{name}: {_fields(old[name], new[name])}" for name in old if name in new and old[name] != new[name]]
    whole = [{key: value for key, value in document.items() if key != "tasks"} for document in (before, after)]
    if whole[0] != whole[1]:
        lines.append(f"for all tasks: {_fields(*whole)}")
    return lines


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return "; ".join(f"{name} was {_short(old.get(name))}, is {_short(new.get(name))}" for name in names)


def _short(value: object) -> str:
    text = " ".join(str(value).split()) if value is not None else "not stated"
    return text if len(text) <= VALUE_CHARACTERS else text[: VALUE_CHARACTERS - 3] + "..."

"""The values that a followed Python program works with."""

from __future__ import annotations

from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from typing import Any

    Value = Any
else:
    Value = object


class _Missing:
    """A value that only the running program has."""

    def __repr__(self) -> str:
        return "Missing"


Missing = _Missing()
Words = list


class PathText(str):
    """A pathlib path."""

    __slots__ = ()


class Module:
    """A module, or something reached from one by dots."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Func:
    """A function that the program defines."""

    __slots__ = ("node",)

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        self.node = node


class Handle:
    """An open file or archive."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path


class Args:
    """The arguments of one call."""

    __slots__ = ("named", "words")

    def __init__(self, words: list[Value], named: dict[str, Value]) -> None:
        self.words = words
        self.named = named

    def get(self, number: int, name: str = "") -> Value:
        if number < len(self.words):
            return self.words[number]
        return self.named.get(name, Missing)

    def has(self, number: int, name: str = "") -> bool:
        return number < len(self.words) or name in self.named

    def text(self, number: int, name: str = "") -> str:
        return text_of(self.get(number, name))


def text_of(value: Value) -> str:
    """The value as text, UNKNOWN when it has none."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return UNKNOWN

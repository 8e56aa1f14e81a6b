"""A changed function in a module that is loaded: whoever imported it runs the new code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType


def is_replaceable(file: Path, definition: str) -> bool:
    """Whether `replace` can put the function that holds a definition into its place."""
    module = _module(file)
    return module is None or _function(module, definition) is not None


def replace(file: Path, definition: str) -> None:
    """Takes the function's code from the file, as it is now. A module that is not loaded yet will be loaded from there."""
    module = _module(file)
    if module is None:
        return
    function = _function(module, definition)
    assert function is not None
    was = function.__code__
    made = compile(file.read_text(encoding="utf-8"), was.co_filename, "exec")
    for code in _codes(made):
        if (code.co_qualname, code.co_firstlineno) == (was.co_qualname, was.co_firstlineno):
            function.__code__ = code
            return
    raise LookupError(f"{file} has no {definition} at line {was.co_firstlineno}")


def _module(file: Path) -> ModuleType | None:
    """scripts/fanout/run/x.py is fanout.run.x."""
    return sys.modules.get(".".join(file.with_suffix("").parts[1:]))


def _function(module: ModuleType, definition: str) -> FunctionType | None:
    """The outermost function around a definition: `look` for `look.inner`, `Look.at` for itself, None for a class."""
    names = definition.split(".")
    beginnings = [".".join(names[:count]) for count in range(1, len(names) + 1)]
    found = {function for function in _functions(module) if function.__code__.co_qualname in beginnings}
    return found.pop() if len(found) == 1 else None


def _functions(holder: ModuleType | type) -> Iterator[FunctionType]:
    """Those that a module defines, and its classes' methods, without what wraps them."""
    name = holder.__name__ if isinstance(holder, ModuleType) else holder.__module__
    for value in vars(holder).values():
        if isinstance(value, type) and value.__module__ == name and isinstance(holder, ModuleType):
            yield from _functions(value)
        function = value.fget if isinstance(value, property) else value
        function = getattr(function, "__wrapped__", getattr(function, "__func__", function))
        if isinstance(function, FunctionType) and function.__module__ == name:
            yield function


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)

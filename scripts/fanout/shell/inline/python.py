"""Python programs, followed over their syntax tree: paths, texts and lists as far as they are known.

Files are opened, moved and removed on paper. What is imported from outside the standard library, and what is executed
from text, makes the program unknown.
"""

from __future__ import annotations

import ast

from fanout.shell.globs import UNKNOWN
from fanout.shell.inline import pycalls
from fanout.shell.inline.pyexpressions import MAX_STEPS, MAX_TEXT, MAX_TURNS, Expressions
from fanout.shell.inline.pyproven import STANDARD
from fanout.shell.inline.pyvalues import Args, Func, Missing, Module, Value
from fanout.shell.limits import Overrun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from fanout.shell.call import Call


def follow(call: Call, text: str, arguments: list[str]) -> None:
    if UNKNOWN in text:
        call.unknown("runs a program that is known only when it runs")
        text = text.replace(UNKNOWN, "_")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        call.unknown("runs a program that could not be parsed")
        return
    call.program = text
    runner = Runner(call, arguments)
    cwd, places = call.world.cwd, call.shell.places
    try:
        runner.block(tree.body)
    except RecursionError as problem:
        raise Overrun("a program is nested too deeply") from problem
    call.world.cwd, call.shell.places = cwd, places


class Runner(Expressions):
    """One program, statement by statement."""

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise Overrun("a program does more than is followed")
            method = getattr(self, "do_" + type(statement).__name__, None)
            if method is not None:
                method(statement)
            else:
                for child in ast.iter_child_nodes(statement):
                    if isinstance(child, ast.expr):
                        self.value(child)

    def do_Expr(self, node: ast.Expr) -> None:
        self.value(node.value)

    def do_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imported(alias.name)
            name = alias.asname or alias.name.partition(".")[0]
            self.names[name] = Module(alias.name if alias.asname else name)

    def do_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        self.imported(module if not node.level else ".")
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            self.names[alias.asname or alias.name] = Module(f"{module}.{alias.name}")

    def imported(self, name: str) -> None:
        if name.partition(".")[0] not in STANDARD and name not in STANDARD:
            self.call.unknown(f"imports {name}, which may write when it is used")

    def do_Assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.bind(target, value)

    def do_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.value(node.annotation)
        if node.value is not None:
            self.bind(node.target, self.value(node.value))

    def do_AugAssign(self, node: ast.AugAssign) -> None:
        value = self.value(node.value)
        before = self.names.get(node.target.id, Missing) if isinstance(node.target, ast.Name) else Missing
        known = isinstance(node.op, ast.Add) and isinstance(before, (str, int, list)) and type(before) is type(value)
        known = known and len(str(before)) < MAX_TEXT
        self.bind(node.target, before + value if known else Missing)

    def bind(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value if isinstance(value, (list, tuple)) and len(value) == len(target.elts) else None
            for number, element in enumerate(target.elts):
                self.bind(element, values[number] if values is not None else Missing)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, Missing)
        else:
            self.reached(target)

    def reached(self, target: ast.expr) -> None:
        """What is called to get at the thing that is set or deleted: `f(x)[g(y)] = 1`."""
        for child in ast.iter_child_nodes(target):
            if isinstance(child, ast.expr):
                self.value(child)

    def do_If(self, node: ast.If) -> None:
        verdict = self.truth(node.test)
        if verdict is not None:
            self.block(node.body if verdict else node.orelse)
            return
        before = dict(self.names)
        self.block(node.body)
        after, self.names = self.names, before
        self.block(node.orelse)
        for name, value in after.items():
            if name not in self.names:
                self.names[name] = value
            elif self.names[name] is not value and self.names[name] != value:
                self.names[name] = Missing

    def do_For(self, node: ast.For) -> None:
        self.each(self.value(node.iter), node.target, node.body)
        self.block(node.orelse)

    do_AsyncFor = do_For

    def each(self, values: Value, target: ast.expr, body: list[ast.stmt]) -> None:
        if isinstance(values, (list, tuple)) and len(values) <= MAX_TURNS:
            for value in values:
                self.bind(target, value)
                self.block(body)
            return
        self.unsettle(body)
        self.bind(target, Missing)
        self.block(body)

    def unsettle(self, body: list[ast.stmt]) -> None:
        """What a loop of unknown length changes is not known."""
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self.names[node.id] = Missing

    def do_While(self, node: ast.While) -> None:
        self.value(node.test)
        self.unsettle(node.body)
        self.block(node.body)
        self.block(node.orelse)

    def do_With(self, node: ast.With) -> None:
        for item in node.items:
            value = self.value(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value)
        self.block(node.body)

    do_AsyncWith = do_With

    def do_Try(self, node: ast.Try) -> None:
        self.block(node.body)
        for handler in node.handlers:
            self.block(handler.body)
        self.block(node.orelse)
        self.block(node.finalbody)

    do_TryStar = do_Try

    def do_FunctionDef(self, node: ast.FunctionDef) -> None:
        given = node.args
        made = [item.annotation for item in [*given.posonlyargs, *given.args, *given.kwonlyargs]]
        self.all_of([*given.defaults, *given.kw_defaults, *made, node.returns])
        self.names[node.name] = Func(node)
        self.decorated(node)

    do_AsyncFunctionDef = do_FunctionDef

    def all_of(self, nodes: Iterable[ast.expr | None]) -> None:
        for node in nodes:
            self.value(node)

    def decorated(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        """Decorators are called with what they stand before."""
        for decorator in node.decorator_list:
            found = self.value(decorator)
            if isinstance(found, Func):
                self.run_function(found, Args([self.names.get(node.name, Missing)], {}))
            elif isinstance(found, Module) and "." in found.name and not found.name.startswith("builtins."):
                pycalls.function(self.call, found.name, Args([Missing], {}))

    def do_ClassDef(self, node: ast.ClassDef) -> None:
        """A class's methods may be called with anything: each is followed once."""
        for made in [*node.bases, *(item.value for item in node.keywords)]:
            found = self.value(made)
            if isinstance(found, Func):
                self.run_function(found, Args([], {}))
        self.decorated(node)
        outer = dict(self.names)
        for item in node.body:
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.block([item])
                self.enter(item, Args([], {}))
            else:
                self.block([item])
        self.names = outer
        self.names[node.name] = Missing

    def do_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            value = self.value(node.value)
            self.result = value if self.result is Missing else Missing

    def do_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.names.pop(target.id, None)
            else:
                self.reached(target)

    def do_Match(self, node: object) -> None:
        self.value(getattr(node, "subject", None))
        for case in getattr(node, "cases", []):
            self.value(case.guard)
            self.block(case.body)

"""Python programs, followed over their syntax tree: paths, texts and lists as far as they are known.

Files are opened, moved and removed on paper. What is imported from outside the standard library, and what is executed
from text, makes the program unknown.
"""

from __future__ import annotations

import ast

from fanout.shell.globs import UNKNOWN
from fanout.shell.inline import pycalls
from fanout.shell.inline.pyvalues import Args, Func, Handle, Missing, Module, PathText, Value, Words, text_of
from fanout.shell.limits import Overrun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

MAX_STEPS = 20_000
MAX_TURNS = 300
MAX_DEPTH = 25
MAX_TEXT = 100_000

STANDARD = frozenset(
    [
        "__future__",
        "abc",
        "argparse",
        "array",
        "ast",
        "asyncio",
        "base64",
        "bisect",
        "builtins",
        "bz2",
        "calendar",
        "cmath",
        "codecs",
        "collections",
        "concurrent",
        "configparser",
        "contextlib",
        "copy",
        "csv",
        "ctypes",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "dis",
        "email",
        "enum",
        "errno",
        "fileinput",
        "fnmatch",
        "fractions",
        "functools",
        "gc",
        "getpass",
        "glob",
        "gzip",
        "hashlib",
        "heapq",
        "hmac",
        "html",
        "http",
        "importlib.metadata",
        "inspect",
        "io",
        "itertools",
        "json",
        "keyword",
        "linecache",
        "locale",
        "logging",
        "lzma",
        "math",
        "mimetypes",
        "multiprocessing",
        "numbers",
        "operator",
        "os",
        "pathlib",
        "pickle",
        "pkgutil",
        "platform",
        "plistlib",
        "pprint",
        "queue",
        "random",
        "re",
        "resource",
        "secrets",
        "select",
        "selectors",
        "shlex",
        "shutil",
        "signal",
        "site",
        "socket",
        "sqlite3",
        "ssl",
        "stat",
        "statistics",
        "string",
        "struct",
        "subprocess",
        "sys",
        "sysconfig",
        "tarfile",
        "tempfile",
        "textwrap",
        "threading",
        "time",
        "timeit",
        "token",
        "tokenize",
        "tomllib",
        "traceback",
        "types",
        "typing",
        "unicodedata",
        "urllib",
        "uuid",
        "warnings",
        "weakref",
        "xml",
        "zipfile",
        "zlib",
        "zoneinfo",
        "yaml",
        "toml",
        "tomli",
        "requests",
        "numpy",
        "pandas",
        "bs4",
        "lxml",
        "dateutil",
        "httpx",
        "rich",
        "attr",
        "attrs",
        "pydantic",
        "jsonschema",
    ]
)


def follow(call: Call, text: str, arguments: list[str]) -> None:
    if UNKNOWN in text:
        call.unknown("runs a program that is known only when it runs")
        text = text.replace(UNKNOWN, "_")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        call.unknown("runs a program that could not be parsed")
        return
    runner = Runner(call, arguments)
    cwd, places = call.world.cwd, call.shell.places
    try:
        runner.block(tree.body)
    except RecursionError as problem:
        raise Overrun("a program is nested too deeply") from problem
    call.world.cwd, call.shell.places = cwd, places


class Stop(Exception):
    """`sys.exit`, `return`, `break`, where they certainly happen."""


class Runner:
    """One program. `names` are the variables; `maybe` counts the branches that may not run."""

    def __init__(self, call: Call, arguments: list[str]) -> None:
        self.call = call
        self.names: dict[str, Value] = {"__name__": "__main__", "__file__": UNKNOWN}
        self.arguments = arguments
        self.steps = 0
        self.depth = 0
        self.result: Value = Missing

    # -- statements --------------------------------------------------------------------------------------------------

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
            self.names[alias.asname or alias.name] = Module(f"{module}.{alias.name}")

    def imported(self, name: str) -> None:
        if name.partition(".")[0] not in STANDARD and name not in STANDARD:
            self.call.unknown(f"imports {name}, which may write when it is used")

    def do_Assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.bind(target, value)

    def do_AnnAssign(self, node: ast.AnnAssign) -> None:
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

    def truth(self, test: ast.expr) -> bool | None:
        """Only what the text itself decides, such as `__name__ == "__main__"`."""
        value = self.value(test)
        return value if isinstance(value, bool) else None

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
        self.names[node.name] = Func(node)

    do_AsyncFunctionDef = do_FunctionDef

    def do_ClassDef(self, node: ast.ClassDef) -> None:
        """A class's methods may be called with anything: each is followed once."""
        outer = dict(self.names)
        for item in node.body:
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
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

    def do_Match(self, node: object) -> None:
        for case in getattr(node, "cases", []):
            self.block(case.body)

    # -- expressions -------------------------------------------------------------------------------------------------

    def value(self, node: ast.expr | None) -> Value:
        if node is None:
            return Missing
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Overrun("a program does more than is followed")
        method = getattr(self, "get_" + type(node).__name__, None)
        if method is not None:
            found: Value = method(node)
            return found
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
        return Missing

    def get_Constant(self, node: ast.Constant) -> Value:
        return node.value if isinstance(node.value, (str, int, bytes)) or node.value is None else Missing

    def get_Name(self, node: ast.Name) -> Value:
        return self.names.get(node.id, Module(f"builtins.{node.id}"))

    def get_JoinedStr(self, node: ast.JoinedStr) -> Value:
        whole = "".join(text_of(self.value(part)) for part in node.values)
        return whole if len(whole) < MAX_TEXT else Missing

    def get_FormattedValue(self, node: ast.FormattedValue) -> Value:
        return text_of(self.value(node.value)) if node.format_spec is None else UNKNOWN

    def get_List(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        return [self.value(part) for part in node.elts if not isinstance(part, ast.Starred)]

    get_Tuple = get_List
    get_Set = get_List

    def get_Dict(self, node: ast.Dict) -> Value:
        found = {}
        for key, item in zip(node.keys, node.values):
            value = self.value(item)
            name = self.value(key) if key is not None else Missing
            if isinstance(name, (str, int)):
                found[name] = value
        return found if len(found) == len(node.keys) else Missing

    def get_BinOp(self, node: ast.BinOp) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Div) and (isinstance(left, PathText) or isinstance(right, PathText)):
            return PathText(pycalls.joined([text_of(left), text_of(right)]))
        if isinstance(node.op, ast.Add):
            if isinstance(left, str) or isinstance(right, str):
                whole = text_of(left) + text_of(right)
                return whole if len(whole) < MAX_TEXT else Missing
            if isinstance(left, int) and isinstance(right, int):
                return left + right
            if isinstance(left, list) and isinstance(right, list) and len(left) + len(right) < MAX_TURNS * 10:
                return left + right
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return pycalls.percent(left, right)
        return Missing

    def get_Compare(self, node: ast.Compare) -> Value:
        left = self.value(node.left)
        rights = [self.value(item) for item in node.comparators]
        if len(rights) == 1 and isinstance(left, (str, int)) and isinstance(rights[0], (str, int)):
            if UNKNOWN in str(left) + str(rights[0]):
                return Missing
            if isinstance(node.ops[0], ast.Eq):
                return left == rights[0]
            if isinstance(node.ops[0], ast.NotEq):
                return left != rights[0]
        return Missing

    def get_IfExp(self, node: ast.IfExp) -> Value:
        verdict = self.truth(node.test)
        yes, no = self.value(node.body), self.value(node.orelse)
        return Missing if verdict is None else yes if verdict else no

    def get_NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        self.bind(node.target, value)
        return value

    def get_Subscript(self, node: ast.Subscript) -> Value:
        value, index = self.value(node.value), self.value(node.slice)
        if isinstance(value, Module) and value.name == "sys.argv" and isinstance(index, int):
            words = ["-c", *self.arguments]
            return words[index] if -len(words) <= index < len(words) else Missing
        if isinstance(value, Module) and value.name == "os.environ" and isinstance(index, str):
            found = self.call.shell.lookup(index, "") if index.isidentifier() else None
            return found[0] if found else Missing
        if isinstance(value, (list, str, dict)) and isinstance(index, (int, str)):
            try:
                picked: Value = value[index]  # type: ignore[index]
            except (LookupError, TypeError):
                return Missing
            return picked
        return self.sliced(value, node.slice)

    def sliced(self, value: Value, index: ast.expr) -> Value:
        if isinstance(index, ast.Slice) and isinstance(value, (list, str)) and UNKNOWN not in str(value):
            bounds = [self.value(part) if part is not None else None for part in (index.lower, index.upper, index.step)]
            if all(bound is None or isinstance(bound, int) for bound in bounds):
                return value[slice(*bounds)]
        if isinstance(value, Module) and value.name == "sys.argv":
            return list(self.arguments)
        return Missing

    def get_Attribute(self, node: ast.Attribute) -> Value:
        value = self.value(node.value)
        if isinstance(value, Module):
            return Module(f"{value.name}.{node.attr}")
        if isinstance(value, Handle) and node.attr == "name":
            return value.path
        if isinstance(value, PathText):
            return pycalls.path_attribute(value, node.attr)
        return Missing

    def get_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        """Only the first `for` is followed value by value."""
        first, *rest = node.generators
        values = self.value(first.iter)
        kept = dict(self.names)
        out: list[Value] = []
        known = isinstance(values, list) and len(values) <= MAX_TURNS and not rest
        for value in values if known and isinstance(values, list) else [Missing]:
            self.bind(first.target, value)
            for inner in rest:
                self.value(inner.iter)
                self.bind(inner.target, Missing)
            tests = [self.value(test) for generator in node.generators for test in generator.ifs]
            if not any(test is False for test in tests):
                out.append(self.value(node.elt))
        self.names = kept
        return out if known else Missing

    get_SetComp = get_ListComp
    get_GeneratorExp = get_ListComp

    def get_DictComp(self, node: ast.DictComp) -> Value:
        for generator in node.generators:
            self.value(generator.iter)
            self.bind(generator.target, Missing)
        self.value(node.key)
        self.value(node.value)
        return Missing

    def get_Lambda(self, node: ast.Lambda) -> Value:
        return Func(node)

    def get_Starred(self, node: ast.Starred) -> Value:
        return self.value(node.value)

    # -- calls -------------------------------------------------------------------------------------------------------

    def get_Call(self, node: ast.Call) -> Value:
        positional: list[Value] = []
        for arg in node.args:
            value = self.value(arg)
            if isinstance(arg, ast.Starred) and isinstance(value, list):
                positional.extend(value)
            else:
                positional.append(value)
        args = Args(positional, {item.arg or "": self.value(item.value) for item in node.keywords})
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value)
            if not isinstance(owner, Module):
                return self.method(owner, node.func.attr, args)
            target: Value = Module(f"{owner.name}.{node.func.attr}")
        else:
            target = self.value(node.func)
        for value in [*positional, *args.named.values()]:
            if isinstance(value, Func):
                self.run_function(value, Args([], {}))
        if isinstance(target, Func):
            return self.run_function(target, args)
        if isinstance(target, Module):
            return pycalls.function(self.call, target.name, args)
        return Missing

    def method(self, owner: Value, name: str, args: Args) -> Value:
        if name == "append" and isinstance(owner, list) and args.words:
            owner.append(args.words[0])
            return None
        for value in args.words:
            if isinstance(value, Func):
                self.run_function(value, Args([], {}))
        return pycalls.method(self.call, owner, name, args)

    def run_function(self, func: Func, args: Args) -> Value:
        if self.depth >= MAX_DEPTH:
            return Missing
        if isinstance(func.node, ast.Lambda):
            kept = dict(self.names)
            self.parameters(func.node.args, args)
            value = self.value(func.node.body)
            self.names = kept
            return value
        return self.enter(func.node, args)

    def enter(self, node: ast.FunctionDef | ast.AsyncFunctionDef, args: Args) -> Value:
        self.depth += 1
        kept, outer = dict(self.names), self.result
        self.result = Missing
        self.parameters(node.args, args)
        self.block(node.body)
        value, self.result = self.result, outer
        self.names = kept
        self.depth -= 1
        return value

    def parameters(self, wanted: ast.arguments, args: Args) -> None:
        names = [item.arg for item in [*wanted.posonlyargs, *wanted.args]]
        defaults = [self.value(item) for item in wanted.defaults]
        for number, name in enumerate(names):
            value: Value = Missing
            late = number - (len(names) - len(defaults))
            if number < len(args.words):
                value = args.words[number]
            elif name in args.named:
                value = args.named[name]
            elif late >= 0 and args.words:
                value = defaults[late]
            self.names[name] = value
        for item, default in zip(wanted.kwonlyargs, wanted.kw_defaults):
            self.names[item.arg] = args.named.get(item.arg, self.value(default))
        for extra in (wanted.vararg, wanted.kwarg):
            if extra is not None:
                self.names[extra.arg] = Missing


__all__ = ["Handle", "Words", "follow"]

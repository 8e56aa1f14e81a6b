"""The values of a followed Python program's expressions, as far as known."""

from __future__ import annotations

import ast

from fanout.shell.globs import UNKNOWN
from fanout.shell.inline import pycalls, pymethods, pypaths
from fanout.shell.inline.pyproven import BUILTINS
from fanout.shell.inline.pyvalues import Args, Func, Handle, Missing, Module, PathText, Value, text_of
from fanout.shell.limits import Overrun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

REST = "**"  # what stands for options that only the running program has
REACHING = frozenset("__getattribute__ __globals__ __builtins__ __subclasses__ __loader__ __code__".split())
MAX_STEPS = 20_000
MAX_TURNS = 300
MAX_DEPTH = 25
MAX_TEXT = 100_000


def members(values: list[Value]) -> list[Value]:
    """The values, and what stands in those that are lists or dicts."""
    inside = [
        value.values() if isinstance(value, dict) else value for value in values if isinstance(value, (list, dict))
    ]
    return [*values, *(item for group in inside for item in group if isinstance(item, (Func, Module)))]


class Expressions:
    """`names` are the variables; `depth` counts the functions under way; `result` is what the one under way returns."""

    def __init__(self, call: Call, arguments: list[str]) -> None:
        self.call = call
        self.names: dict[str, Value] = {"__name__": "__main__", "__file__": UNKNOWN}
        self.arguments = arguments
        self.steps = 0
        self.depth = 0
        self.result: Value = Missing
        self.stars: list[str] = []

    def block(self, body: list[ast.stmt]) -> None:
        raise NotImplementedError

    def bind(self, target: ast.expr, value: Value) -> None:
        raise NotImplementedError

    def truth(self, test: ast.expr) -> bool | None:
        """Only what the text itself decides, such as `__name__ == "__main__"`."""
        value = self.value(test)
        return value if isinstance(value, bool) else None

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

    def get_UnaryOp(self, node: ast.UnaryOp) -> Value:
        value = self.value(node.operand)
        return -value if isinstance(node.op, ast.USub) and type(value) is int else Missing

    def get_Constant(self, node: ast.Constant) -> Value:
        return node.value if isinstance(node.value, (str, int, bytes)) or node.value is None else Missing

    def get_Name(self, node: ast.Name) -> Value:
        if node.id in self.names or node.id in BUILTINS or not self.stars:
            return self.names.get(node.id, Module(f"builtins.{node.id}"))
        return Module(f"{self.stars[-1]}.{node.id}")

    def get_JoinedStr(self, node: ast.JoinedStr) -> Value:
        whole = "".join(text_of(self.value(part)) for part in node.values)
        return whole if len(whole) < MAX_TEXT else Missing

    def get_FormattedValue(self, node: ast.FormattedValue) -> Value:
        return text_of(self.value(node.value)) if node.format_spec is None else UNKNOWN

    def get_List(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        found: list[Value] = []
        for part in node.elts:
            value = self.value(part)
            found.extend(value if isinstance(part, ast.Starred) and isinstance(value, list) else [value])
        return found

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
            return PathText(pypaths.joined([text_of(left), text_of(right)]))
        if isinstance(node.op, ast.Add):
            if isinstance(left, str) or isinstance(right, str):
                whole = text_of(left) + text_of(right)
                return whole if len(whole) < MAX_TEXT else Missing
            if isinstance(left, int) and isinstance(right, int):
                return left + right
            if isinstance(left, list) and isinstance(right, list) and len(left) + len(right) < MAX_TURNS * 10:
                return left + right
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return pypaths.percent(left, right)
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
        if isinstance(value, Module) and isinstance(index, int) and value.name == "sys.argv":
            words = ["-c", *self.arguments]
            return words[index] if -len(words) <= index < len(words) else Missing
        if isinstance(value, Module) and isinstance(index, str):
            return self._of_module(value, index, node)
        if isinstance(value, Module) and value.name == "sys.modules":
            return Module(UNKNOWN)
        if isinstance(value, (list, str, dict)) and isinstance(index, (int, str)):
            try:
                picked: Value = value[index]  # type: ignore[index]
            except (LookupError, TypeError):
                return Missing
            return picked
        return self.sliced(value, node.slice)

    def _of_module(self, value: Module, key: str, node: ast.Subscript) -> Value:
        """`os.environ[key]`, `module.__dict__[key]`."""
        if value.name == "os.environ":
            held = self.call.shell.lookup(key, "") if key.isidentifier() else None
            return held[0] if held else Missing
        if value.name == "sys.modules":
            return Module(key)
        if value.name.endswith(".__dict__"):
            return Module(f"{value.name[:-9]}.{key}")
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
        if node.attr in REACHING:
            self.call.unknown(f"reaches functions by {node.attr}")
        if isinstance(value, Module):
            whole = f"{value.name}.{node.attr}"
            return "python3" if whole == "sys.executable" else Module(whole)
        if isinstance(value, Handle) and node.attr == "name":
            return value.path
        if isinstance(value, PathText) and node.attr in pymethods.WRITING_METHODS:
            self.call.unknown(f"passes {node.attr} of a path on")
        if isinstance(value, PathText):
            return pypaths.path_attribute(value, node.attr)
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

    def get_Call(self, node: ast.Call) -> Value:
        args = self.arguments_of(node)
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value)
            if not isinstance(owner, Module):
                return self.method(owner, node.func.attr, args)
            target: Value = Module(f"{owner.name}.{node.func.attr}")
        else:
            target = self.value(node.func)
        for value in members([*args.words, *args.named.values()]):
            if isinstance(value, Func):
                self.run_function(value, Args([], {}))
            elif not (isinstance(target, Module) and target.name in pycalls.CALLING):
                pycalls.passed_on(self.call, value, target)
        if REST in args.named and isinstance(target, Module):
            pycalls.given_more(self.call, target.name)
        if isinstance(target, Func):
            return self.run_function(target, args)
        if isinstance(target, Module):
            return pycalls.function(self.call, target.name, args)
        return Missing

    def arguments_of(self, node: ast.Call) -> Args:
        positional: list[Value] = []
        for arg in node.args:
            value = self.value(arg)
            positional.extend(value if isinstance(arg, ast.Starred) and isinstance(value, list) else [value])
        named: dict[str, Value] = {}
        for item in node.keywords:
            value = self.value(item.value)
            if item.arg is None and isinstance(value, dict) and all(isinstance(name, str) for name in value):
                named.update(value)
            else:
                named[item.arg or REST] = value
        return Args(positional, named)

    def method(self, owner: Value, name: str, args: Args) -> Value:
        if name == "append" and isinstance(owner, list) and args.words:
            owner.append(args.words[0])
            return None
        for value in members([*args.words, *args.named.values()]):
            if isinstance(value, Func):
                self.run_function(value, Args([], {}))
            else:
                pycalls.passed_on(self.call, value, Missing)
        return pymethods.method(self.call, owner, name, args)

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

"""The syntax tree of a command line: parts of a word, redirections, commands. Plain data, no behaviour."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    Part = Union["Text", "Param", "Substitution", "Arithmetic", "Process", "Choice"]
    Word = list[Part]
    Node = Union[
        "Simple",
        "Pipeline",
        "AndOr",
        "Sequence",
        "Subshell",
        "Group",
        "If",
        "For",
        "CountingFor",
        "Loop",
        "Case",
        "Function",
        "Condition",
        "ArithmeticCommand",
        "Redirected",
    ]


class Text:
    """Literal characters; unquoted ones are open to braces, tilde, and globbing."""

    __slots__ = ("quoted", "text")

    def __init__(self, text: str, quoted: bool) -> None:
        self.text = text
        self.quoted = quoted


class Param:
    """`$name` or `${name op argument / replacement}`. `index` is what stands in `[...]`."""

    __slots__ = ("argument", "index", "name", "op", "quoted", "replacement")

    def __init__(self, name: str, quoted: bool) -> None:
        self.name = name
        self.quoted = quoted
        self.index = ""
        self.op = ""
        self.argument: Word = []
        self.replacement: Word = []


class Substitution:
    """`$(...)` or backquotes."""

    __slots__ = ("node", "quoted")

    def __init__(self, node: Sequence, quoted: bool) -> None:
        self.node = node
        self.quoted = quoted


class Arithmetic:
    """`$((...))`, as text."""

    __slots__ = ("quoted", "text")

    def __init__(self, text: str, quoted: bool) -> None:
        self.text = text
        self.quoted = quoted


class Process:
    """`<(...)` or `>(...)`."""

    __slots__ = ("direction", "node")

    def __init__(self, direction: str, node: Sequence) -> None:
        self.direction = direction
        self.node = node


class Choice:
    """An extended glob such as `!(a|b)`: the operator and the raw alternatives."""

    __slots__ = ("op", "text")

    def __init__(self, op: str, text: str) -> None:
        self.op = op
        self.text = text


class Redirect:
    """One redirection. `fd` is a number, a `{name}`, or empty; `body` is a here-document's text."""

    __slots__ = ("body", "fd", "op", "word")

    def __init__(self, fd: str, op: str, word: Word) -> None:
        self.fd = fd
        self.op = op
        self.word = word
        self.body: Word = []


class Assignment:
    """`name=value`, `name+=value`, `name[index]=value` or `name=(values)`."""

    __slots__ = ("append", "index", "items", "name", "value")

    def __init__(self, name: str, index: str, append: bool, value: Word, items: list[Word] | None) -> None:
        self.name = name
        self.index = index
        self.append = append
        self.value = value
        self.items = items


class Simple:
    """Assignments, words, redirections. `declared` are the assignments after `export`, `local` and their like."""

    __slots__ = ("assignments", "declared", "redirects", "words")

    def __init__(self) -> None:
        self.assignments: list[Assignment] = []
        self.declared: list[Assignment] = []
        self.words: list[Word] = []
        self.redirects: list[Redirect] = []


class Pipeline:
    __slots__ = ("negated", "parts")

    def __init__(self, parts: list[Node], negated: bool) -> None:
        self.parts = parts
        self.negated = negated


class AndOr:
    """`first`, then pairs of `&&` or `||` and a command."""

    __slots__ = ("first", "rest")

    def __init__(self, first: Node, rest: list[tuple[str, Node]]) -> None:
        self.first = first
        self.rest = rest


class Sequence:
    """Commands one after another; those whose index is in `background` end with `&`."""

    __slots__ = ("background", "items")

    def __init__(self) -> None:
        self.items: list[Node] = []
        self.background: set[int] = set()


class Subshell:
    __slots__ = ("body",)

    def __init__(self, body: Sequence) -> None:
        self.body = body


class Group:
    __slots__ = ("body",)

    def __init__(self, body: Sequence) -> None:
        self.body = body


class If:
    __slots__ = ("branches", "otherwise")

    def __init__(self, branches: list[tuple[Sequence, Sequence]], otherwise: Sequence | None) -> None:
        self.branches = branches
        self.otherwise = otherwise


class For:
    """`for` and `select`; `words` is None for the positional parameters."""

    __slots__ = ("body", "name", "words")

    def __init__(self, name: str, words: list[Word] | None, body: Sequence) -> None:
        self.name = name
        self.words = words
        self.body = body


class CountingFor:
    """`for ((start; test; step))`."""

    __slots__ = ("body", "start", "step", "test")

    def __init__(self, start: str, test: str, step: str, body: Sequence) -> None:
        self.start = start
        self.test = test
        self.step = step
        self.body = body


class Loop:
    """`while` and `until`."""

    __slots__ = ("body", "condition", "until")

    def __init__(self, condition: Sequence, body: Sequence, until: bool) -> None:
        self.condition = condition
        self.body = body
        self.until = until


class Case:
    """`arms` hold patterns, a body, and the terminator (`;;`, `;&` or `;;&`)."""

    __slots__ = ("arms", "word")

    def __init__(self, word: Word, arms: list[tuple[list[Word], Sequence, str]]) -> None:
        self.word = word
        self.arms = arms


class Function:
    __slots__ = ("body", "name")

    def __init__(self, name: str, body: Node) -> None:
        self.name = name
        self.body = body


class Condition:
    """`[[ ... ]]`: its words, operators as plain text."""

    __slots__ = ("words",)

    def __init__(self, words: list[Word]) -> None:
        self.words = words


class ArithmeticCommand:
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Redirected:
    """A compound command with redirections."""

    __slots__ = ("body", "redirects")

    def __init__(self, body: Node, redirects: list[Redirect]) -> None:
        self.body = body
        self.redirects = redirects


def sequence_of(node: Node) -> Sequence:
    """One node alone."""
    found = Sequence()
    found.items.append(node)
    return found


def is_text(word: Word, text: str) -> bool:
    """Whether a word is this text, unquoted."""
    part = word[0]
    return len(word) == 1 and isinstance(part, Text) and not part.quoted and part.text == text

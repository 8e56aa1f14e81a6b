"""JavaScript, Perl, Ruby and PHP given on the command line: their file calls, with paths as far as literal."""

from __future__ import annotations

import posixpath
import re

from fanout.shell.effects import CREATE, DELETE, MODIFY, MOVE, TRUNCATE
from fanout.shell.globs import UNKNOWN
from fanout.shell.inline import proofs
from fanout.shell.streams import Source
from fanout.shell.words import joined_bytes, of_byte

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

FOLDER = "folder"
STRING = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`|([$@]?\w[\w.]*))\s*""")
MAX_VALUES = 50

# Function names, what they do to their first argument, and to their second ("" for nothing).
NODE = (
    ("writeFileSync|writeFile|createWriteStream|outputFileSync|outputFile|writeJsonSync|writeJson", TRUNCATE, ""),
    ("appendFileSync|appendFile", MODIFY, ""),
    ("truncateSync|truncate|chmodSync|chmod", MODIFY, ""),
    ("unlinkSync|unlink|rmSync|rm|rmdirSync|rmdir|removeSync|emptyDirSync", DELETE, ""),
    ("mkdirSync|mkdir|mkdtempSync|ensureDirSync|ensureDir", FOLDER, ""),
    ("renameSync|rename|moveSync", MOVE, CREATE),
    ("copyFileSync|copyFile|cpSync|cp|copySync|symlinkSync|symlink|linkSync|link", "", CREATE),
)
PERL = (
    ("unlink|rmdir", DELETE, ""),
    ("rename|move|mv", MOVE, CREATE),
    ("mkdir|make_path|mkpath", FOLDER, ""),
    ("copy|cp|symlink|link", "", CREATE),
    ("remove_tree|rmtree", DELETE, ""),
    ("truncate|write_file|spew|append_file", MODIFY, ""),
    ("chmod|utime|chown", "", MODIFY),
)
RUBY = (
    ("File.write|IO.write|File.binwrite|FileUtils.touch|IO.binwrite", TRUNCATE, ""),
    (
        "File.delete|File.unlink|FileUtils.rm_rf|FileUtils.rm_r|FileUtils.rm_f|FileUtils.rm|Dir.rmdir|Dir.delete",
        DELETE,
        "",
    ),
    ("File.rename|FileUtils.mv|FileUtils.move", MOVE, CREATE),
    ("FileUtils.cp_r|FileUtils.cp|FileUtils.copy|FileUtils.ln_s|FileUtils.ln|File.symlink|File.link", "", CREATE),
    ("Dir.mkdir|FileUtils.mkdir_p|FileUtils.mkdir|FileUtils.makedirs", FOLDER, ""),
    ("File.truncate", MODIFY, ""),
    ("File.chmod", "", MODIFY),
)
PHP = (
    ("file_put_contents|touch|ftruncate", TRUNCATE, ""),
    ("unlink|rmdir", DELETE, ""),
    ("rename", MOVE, CREATE),
    ("mkdir", FOLDER, ""),
    ("copy|symlink|link", "", CREATE),
)
TABLES = {"node": NODE, "perl": PERL, "ruby": RUBY, "php": PHP}
STARTERS = {
    "node": "execSync|exec",
    "perl": "system|exec",
    "ruby": "system|exec",
    "php": "shell_exec|system|exec|passthru",
}


def scan(call: Call, text: str, arguments: list[str], language: str) -> None:
    if UNKNOWN in text:
        call.unknown("runs a program that is known only when it runs")
    Program(call, text, language).scan()


class Program:
    """One program's text. `followed` counts the calls that were understood."""

    def __init__(self, call: Call, text: str, language: str) -> None:
        self.call = call
        self.text = plain_quotes(text) if language == "perl" else text
        self.language = language
        self.followed = 0

    def scan(self) -> None:
        places, cwd = self.call.shell.places, self.call.world.cwd
        self.moved()
        called = r"\s*\(" if self.language in ("node", "php") else r"(?=[\s(])\s*\(?"
        for names, first, second in TABLES[self.language]:
            pattern = rf"(?<![\w$@%>])(?:[a-zA-Z_]\w*\.)*(?:{names.replace('.', '[.]')}){called}\s*\[?"
            for match in re.finditer(pattern, self.text):
                self.one(match.end(), first, second)
        self.opened()
        self.started()
        reason = self.unproven()
        if reason:
            self.call.unknown(reason)
        self.call.shell.places, self.call.world.cwd = places, cwd

    def unproven(self) -> str:
        if self.language == "node":
            return proofs.node(self.text, self.called())
        proof = {"perl": proofs.perl, "ruby": proofs.ruby, "php": proofs.php}[self.language]
        return proof(self.text, self.followed)

    def called(self) -> frozenset[str]:
        """The file functions that stand in the text as calls only, so that each was followed."""
        names = {name for words, _, _ in NODE for name in words.split("|")} | {"open", "openSync"}
        loose = {name for name in names if re.search(rf"\b{name}\b(?!\s*\(\s*[^\s)])", self.text)}
        for match in re.finditer(r"\bopen(?:Sync)?\s*\(", self.text):
            _, at = self.expression(match.end())
            if not re.match(r",\s*['\"][rwa+bxs]+['\"]|\)", self.text[at:]):
                loose |= {"open", "openSync"}
        return frozenset(names - loose)

    def moved(self) -> None:
        """`chdir`: relative paths are taken from there, and what runs before it is not told apart."""
        match = re.search(r"(?<![\w$])(?:process\.|Dir\.)?chdir\s*\(?\s*", self.text)
        if match is None:
            return
        self.followed += 1
        there = self.call.world.absolute(self.expression(match.end())[0][0])
        self.call.shell.places, self.call.world.cwd = (there,), there
        self.call.unknown("changes its folder while it runs")

    def one(self, at: int, first: str, second: str) -> None:
        if self.text[at : at + 1] in (")", ";", "}", "]", ""):
            return
        self.followed += 1
        values, at = self.expression(at)
        folder = any(UNKNOWN not in value and self.call.world.is_folder(value) for value in values)
        for value in values if first else []:
            self.report(value, first)
        while self.text[at : at + 1] == "," and (second or (first == DELETE and self.language in ("perl", "ruby"))):
            others, at = self.expression(at + 1)
            for value in self.below(others, values) if second == CREATE else others:
                self.report(value, second or first, folder and second == CREATE)
            if second == CREATE and self.language != "perl":
                break

    def below(self, targets: list[str], sources: list[str]) -> list[str]:
        """What is copied or moved to a folder that is there stands in it, where the language has it so."""
        if self.language not in ("perl", "ruby"):
            return targets
        world = self.call.world
        names = [UNKNOWN if UNKNOWN in source else posixpath.basename(source.rstrip("/")) for source in sources]
        inside = [[f"{one}/{name}" for name in names] if world.is_folder(one) else [one] for one in targets]
        return [path for paths in inside for path in paths]

    def report(self, path: str, kind: str, whole: bool = False) -> None:
        call = self.call
        if path in ("/dev/stdout", "/dev/stderr"):
            return
        if kind == FOLDER:
            call.folders(path)
            return
        if kind == CREATE and UNKNOWN not in path and call.world.exists(path):
            kind = MODIFY
        call.shell.write(path, kind, whole or (kind == DELETE and call.world.is_folder(path)), call.name)

    # -- argument expressions ----------------------------------------------------------------------------------------

    def expression(self, at: int, depth: int = 0) -> tuple[list[str], int]:
        """The values that an argument may have, and where it ends."""
        values, at = self.operand(at, depth)
        while self.text[at : at + 1] in ("+", ".") and self.text[at + 1 : at + 2] != "=":
            more, at = self.operand(at + 1, depth)
            values = [left + right for left in values for right in more][:MAX_VALUES]
        if self.text[at : at + 1] not in (",", ")", ";", "]", "\n", "}", ""):
            values = [UNKNOWN] if not re.match(r"(or|unless|if|and)\b|\|\|", self.text[at:]) else values
        return values, at

    def operand(self, at: int, depth: int) -> tuple[list[str], int]:
        match = STRING.match(self.text, at)
        if match is None:
            return [UNKNOWN], at
        double, single, template, name = match.groups()
        at = match.end()
        if name is not None:
            return self.named(name, at, depth)
        if single is not None:
            return [re.sub(r"\\(.)", r"\1", single)], at
        body = double if double is not None else template or ""
        if self.language == "node":
            return (self.filled(body, r"\$\{\s*(\w+)\s*\}", depth) if template is not None else [unescaped(body)]), at
        return self.filled(body, r"#\{(\w+)\}" if self.language == "ruby" else r"\$\{?(\w+)\}?", depth), at

    def named(self, name: str, at: int, depth: int) -> tuple[list[str], int]:
        if re.fullmatch(r"(?:path\.)?(?:join|resolve)", name) and self.text[at : at + 1] == "(":
            return self.joined(at + 1, depth)
        if name == "__dirname":
            return ["."], at
        if self.text[at : at + 1] in ("(", "[") or "." in name:
            return [UNKNOWN], at
        return self.variable(name.lstrip("$@"), depth), at

    def joined(self, at: int, depth: int) -> tuple[list[str], int]:
        values = [""]
        while at < len(self.text):
            more, at = self.expression(at, depth)
            values = [f"{left}/{right}" if left else right for left in values for right in more][:MAX_VALUES]
            if self.text[at : at + 1] != ",":
                break
            at += 1
        return values, at + 1

    def variable(self, name: str, depth: int) -> list[str]:
        """What the text sets a variable to: one expression, or a loop over a literal list."""
        if depth > 4:
            return [UNKNOWN]
        loop = re.search(r"\b(?:of|in)\s*\[([^\]]*)\]", self.text) if self.loops_over(name) else None
        if loop is not None:
            return re.findall(r"""["']([^"']*)["']""", loop.group(1)) or [UNKNOWN]
        ends = [match.end() for match in re.finditer(rf"(?<![\w.])\$?{re.escape(name)}\s*=(?![=>])\s*", self.text)]
        return self.expression(ends[0], depth + 1)[0] if len(ends) == 1 else [UNKNOWN]

    def loops_over(self, name: str) -> bool:
        return (
            re.search(rf"\bfor\s*\(?\s*(?:const|let|var)?\s*{re.escape(name)}\s+(?:of|in)\s*\[", self.text) is not None
        )

    def filled(self, body: str, pattern: str, depth: int) -> list[str]:
        values = [""]
        last = 0
        for match in re.finditer(pattern, body):
            options = self.variable(match.group(1), depth)
            values = [value + unescaped(body[last : match.start()]) + option for value in values for option in options]
            values, last = values[:MAX_VALUES], match.end()
        rest = body[last:]
        if re.search(r"(?<!\\)[$#]\{", rest) or (self.language == "perl" and re.search(r"(?<!\\)[$@]\w", rest)):
            rest = re.split(r"(?<!\\)[$#@]", rest)[0] + UNKNOWN
        return [value + unescaped(rest) for value in values]

    # -- files opened, commands started, modules loaded ----------------------------------------------------------------

    def opened(self) -> None:
        """`open(my $f, ">", "x")`, `File.open("x", "w")`, `fs.openSync("x", "w")`, `fopen("x", "w")`."""
        if self.language == "perl":
            self.perl_opened()
            return
        names = {"node": r"open(?:Sync)?", "ruby": r"(?:(?:File|IO|Kernel)\.)?(?:open|new)", "php": "fopen"}
        for match in re.finditer(rf"(?<!\w){names[self.language]}\s*\(?", self.text):
            values, at = self.expression(match.end())
            mode = re.match(r""",\s*['"]([rwa+bx]+)['"]""", self.text[at:])
            if mode is not None:
                self.followed += 1
                for value in values if mode.group(1).strip("rb") else []:
                    self.report(value, TRUNCATE)

    def perl_opened(self) -> None:
        handle = r"""\bopen\s*\(?\s*(?:my\s+|our\s+|local\s+)?[$*]?\w+\s*,\s*"""
        for match in re.finditer(handle + r"""(["'])\s*(\+?[<>]{1,2})[^"'|]*\1\s*,""", self.text):
            self.followed += 1
            if match.group(2) != "<":
                for value in self.expression(match.end())[0]:
                    self.report(value, TRUNCATE)
        for match in re.finditer(
            handle + r"""(["'])\s*(\+?[<>]{0,2})\s*([^"'>|+\s][^"'|]*)\1\s*(?:[);o|}]|$)""", self.text
        ):
            self.followed += 1
            if match.group(2) not in ("<", ""):
                for value in self.filled(match.group(3).strip(), r"\$\{?(\w+)\}?", 0):
                    self.report(value, TRUNCATE)

    def more_words(self, at: int) -> list[str]:
        """The other words of a command that is given as a list."""
        words: list[str] = []
        while self.text[at : at + 1] == "," and len(words) < MAX_VALUES:
            values, at = self.expression(at + 1)
            words.append(values[0] if len(values) == 1 else UNKNOWN)
        return words

    def listed(self, at: int) -> tuple[list[str], int]:
        """The words of an array, which may be left out."""
        words: list[str] = []
        match = re.compile(r",\s*\[\s*").match(self.text, at)
        while match is not None and self.text[match.end() : match.end() + 1] != "]" and len(words) < MAX_VALUES:
            values, at = self.expression(match.end())
            words.append(values[0] if len(values) == 1 else UNKNOWN)
            match = re.compile(r",\s*(?!\])").match(self.text, at)
        return words, at

    def launched(self) -> None:
        """`spawnSync("git", ["log"])` and its like. Standard input is a pipe to the program."""
        stdin, self.call.shell.stdin = self.call.shell.stdin, Source()
        for match in re.finditer(r"(?<!\w)(?:spawnSync|spawn|execFileSync|execFile)\s*\(", self.text):
            values, at = self.expression(match.end())
            words, _ = self.listed(at)
            for value in values:
                self.call.run([value, *words])
        self.call.shell.stdin = stdin

    def started(self) -> None:
        stdin = self.call.shell.stdin
        if self.language == "node" and "child_process" in self.text:
            self.launched()
            self.call.shell.stdin = Source()
        self.lines_started()
        self.call.shell.stdin = stdin

    def lines_started(self) -> None:
        for match in re.finditer(rf"(?<!\w)(?:{STARTERS[self.language]})\s*(?=[(\s\"'])\(?", self.text):
            if self.language == "node" and "child_process" not in self.text:
                continue
            values, at = self.expression(match.end())
            words = self.more_words(at) if self.language in ("perl", "ruby") else []
            for value in values:
                self.followed += 1
                if words:
                    self.call.run([value, *words])
                else:
                    self.call.shell.run_text(value, self.call.name)
        for line in re.findall(r"`([^`]*)`", self.text) if self.language in ("perl", "ruby", "php") else []:
            self.followed += 1
            for value in self.filled(line, r"\$\{?(\w+)\}?", 0):
                self.call.shell.run_text(value, self.call.name)


def _quoted(quote: str) -> Callable[[re.Match[str]], str]:
    def put(found: re.Match[str]) -> str:
        inside = next(group for group in found.groups() if group is not None)
        return quote + inside.replace(quote, "\\" + quote) + quote

    return put


def plain_quotes(text: str) -> str:
    """Perl without comments, `q{}`, `qq{}` and `qx{}` as plain quotes."""
    text = re.sub(r"(?m)(^|\s)#[^\n]*", r"\1", text)
    for mark, quote in (("qq", '"'), ("qx", "`"), ("q", "'")):
        pattern = rf"\b{mark}\s*(?:\{{([^{{}}]*)\}}|\(([^()]*)\)|\[([^\[\]]*)\]|/([^/]*)/|\|([^|]*)\||!([^!]*)!)"
        text = re.sub(pattern, _quoted(quote), text)
    return text


def unescaped(text: str) -> str:
    def meant(match: re.Match[str]) -> str:
        number = match[1] or match[2]
        return of_byte(int(number, 16 if match[1] else 8) & 0xFF) if number else match[3]

    return joined_bytes(re.sub(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|(.))", meant, text))

"""Converters and data tools: the file after `-o`, the last operand, a database that a statement changes."""

from __future__ import annotations

import re

from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


# Options that name an output file: short letters, long names.
OUTPUTS: dict[str, tuple[str, str]] = {
    "openssl": ("", ""),
    "iconv": ("o", "output"),
    "dot": ("o", ""),
    "neato": ("o", ""),
    "pandoc": ("o", "output"),
    "xsltproc": ("o", "output"),
    "ctags": ("fo", ""),
    "objcopy": ("", ""),
    "strip": ("o", ""),
    "ld": ("o", "output"),
    "as": ("o", ""),
    "nasm": ("o", ""),
    "flex": ("o", ""),
    "bison": ("o", "output"),
    "yacc": ("o", ""),
    "protoc": ("o", ""),
    "esbuild": ("", "outfile outdir"),
    "sass": ("", ""),
    "lessc": ("", ""),
    "svgo": ("o", "output"),
    "terser": ("o", "output"),
    "uglifyjs": ("o", "output"),
    "msgfmt": ("o", ""),
    "xgettext": ("o", "output"),
    "aspell": ("", ""),
    "base64": ("o", ""),
    "rg2": ("", ""),
    "asciidoctor": ("o", "out-file"),
    "rst2html": ("", ""),
    "mmdc": ("o", "output"),
    "tcpdump": ("w", ""),
    "perf": ("o", "output"),
    "gpg": ("o", "output"),
    "age": ("o", "output"),
    "minify": ("o", "output"),
    "jpegoptim": ("d", "dest"),
    "cwebp": ("o", ""),
    "xmlstarlet": ("", ""),
    "ssh-keygen": ("f", ""),
    "pg_dump": ("f", "file"),
    "mysqldump": ("r", "result-file"),
    "quicktype": ("o", "out"),
    "oapi-codegen": ("o", ""),
    "bindgen": ("o", "output"),
    "cbindgen": ("o", "output"),
    "cloc-report": ("", ""),
}


def converter(call: Call) -> None:
    letters, long_names = OUTPUTS[call.name]
    options = call.options(letters, long_names)
    if call.name == "ssh-keygen" and options.has("l", "y", "F", "B", "E", "lf"):
        call.emit(None)
        return
    values = [value for name in [*letters, *long_names.split()] for value in options.all(name)]
    for path in values:
        if path != "-":
            call.write(path, recursive="outdir" in long_names and path == options.get("outdir"))
    if call.name == "strip" and not values:
        for path in options.rest:
            call.write(path)
    if call.name == "ctags" and not values:
        call.write("tags")
    if call.name == "ssh-keygen":
        for path in values:
            call.write(path + ".pub")
    call.emit(None)


def openssl(call: Call) -> None:
    for at, arg in enumerate(call.args[:-1]):
        if arg in ("-out", "-keyout", "-CAserial", "-writerand"):
            call.write(call.args[at + 1])
    call.emit(None)


def last_operand(call: Call) -> None:
    """Image and media converters: the last operand is the output."""
    if call.name == "magick" and call.args[:1] == ["identify"]:
        call.run(call.args)
        return
    plain = [arg for arg in call.args if not arg.startswith("-")]
    if call.name == "mogrify":
        for path in plain:
            if call.world.is_file(path):
                call.write(path)
    elif len(plain) > 1 and plain[-1] != "-":
        call.write(plain[-1])
    call.emit(None)


def xxd(call: Call) -> None:
    options = call.options("cgloRsn", "cols")
    for path in options.rest[1:2]:
        call.write(path)
    call.emit(None)


def pdftotext(call: Call) -> None:
    """The text goes beside the PDF, or into the second operand."""
    options = call.options("flrxyWH", "enc eol opw upw fixed colspacing cfg")
    if options.has("bbox", "bbox-layout", "htmlmeta", "tsv") or len(options.rest) != 2:
        call.unknown("writes a file beside the PDF")
    elif options.rest[1] != "-":
        call.write(options.rest[1])
    call.emit(None)


def yq(call: Call) -> None:
    options = call.options("opIv", "output-format input-format indent arg argjson split-exp", optional="")
    in_place = options.has("i", "in-place", "inplace")
    if in_place:
        rest = options.rest
        if rest[:1] in (["eval"], ["e"], ["eval-all"], ["ea"]):
            rest = rest[1:]
        for path in rest[1:]:
            call.write(path)
    if options.has("s", "split-exp"):
        call.unknown("makes files named by an expression")
    call.emit(None)


def toml_set(call: Call) -> None:
    plain = [arg for arg in call.args if not arg.startswith("-")]
    if plain[:1] == ["set"] and len(plain) > 1:
        call.write(plain[1])
    call.emit(None)


def sqlite3(call: Call) -> None:
    takes = (["-cmd"], ["-separator"], ["-init"])
    plain = [arg for at, arg in enumerate(call.args) if arg[:1] != "-" and call.args[max(at - 1, 0) : at] not in takes]
    if not plain:
        return
    if "-init" in call.args:
        call.unknown("reads commands from a file")
    first = [after for before, after in zip(call.args, call.args[1:]) if before == "-cmd"]
    statements = (
        first + plain[1:] if plain[1:] else first + ([call.input() or UNKNOWN] if call.shell.stdin is not None else [])
    )
    in_memory = plain[0] in ("", ":memory:") or plain[0].startswith("file::memory:")
    if "-readonly" not in call.args and not in_memory and any(_changes(text) for text in statements):
        call.write(plain[0])
    for text in statements:
        for path in SQL_FILES.findall(text):
            call.write(path)
        for line in text.splitlines():
            _sqlite_command(call, line)
    call.emit(None)


def _sqlite_command(call: Call, line: str) -> None:
    """A line that begins with a dot."""
    words = line.split()
    if len(words) > 1 and words[0] in (".output", ".once", ".backup", ".save", ".clone", ".log"):
        call.write(words[-1].strip("'\""))
    elif words[:1] in ([".read"], [".load"], [".excel"], [".archive"], [".ar"]):
        call.unknown("is told to read commands or to write what is not named")
    elif words[:1] and words[0] in (".shell", ".system"):
        call.shell.run_text(line.split(None, 1)[1] if len(words) > 1 else "", "sqlite3")


SQL_FILES = re.compile(r"\b(?:into|attach(?:\s+database)?|writefile\()\s*['\"]([^'\"]+)['\"]", re.I)
READING_SQL = frozenset(("select", "explain", "values", "attach", "detach"))


def _changes(text: str) -> bool:
    """Whether SQL may change the database."""
    dotted = [line.split()[0] for line in text.splitlines() if line.startswith(".")]
    if any(name in (".import", ".restore", ".clear", ".load") for name in dotted):
        return True
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(".")]
    return any(_statement_changes(statement.lower()) for statement in "\n".join(lines).split(";"))


def _statement_changes(statement: str) -> bool:
    words = statement.split(None, 1)
    if not words or words[0] in READING_SQL:
        return False
    verb, rest = words[0], words[-1]
    if verb == "vacuum":
        return not rest.startswith("into")
    if verb == "pragma":
        return "=" in statement
    return verb != "with" or any(word in rest for word in ("insert", "update", "delete"))

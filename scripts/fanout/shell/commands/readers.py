"""Commands that only read, unless an option says otherwise: a file to write, a program to start, a place to change."""

from __future__ import annotations

from fanout.shell.call import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


class Exceptions:
    """What of a reader's options does more: `files` name a file that is written, `programs` a command line that is
    started, `changes` change what is not named. `values` are other options with a value, so that operands are told.
    """

    __slots__ = ("changes", "files", "programs", "values")

    def __init__(self, files: str = "", programs: str = "", changes: str = "", values: str = "") -> None:
        self.files = files.split()
        self.programs = programs.split()
        self.changes = changes.split()
        self.values = values.split()


EXCEPTIONS: dict[str, Exceptions] = {
    "ack": Exceptions(programs="pager"),
    "ag": Exceptions(programs="pager"),
    "bat": Exceptions(programs="pager", changes="cache"),
    "batcat": Exceptions(programs="pager", changes="cache"),
    "cloc": Exceptions(
        "out report-file found ignored counted categorized sql",
        changes="diff-timeout extract-with write-lang-def write-lang-def-incl-dup",
    ),
    "dmesg": Exceptions(changes="C clear c read-clear"),
    "file": Exceptions(changes="C compile"),
    "flake8": Exceptions("output-file"),
    "info": Exceptions("o output"),
    "ip": Exceptions(changes="batch b"),
    "less": Exceptions("o O log-file LOG-FILE"),
    "msgcat": Exceptions("o output-file"),
    "mypy": Exceptions("junit-xml", changes="install-types any-exprs-report cobertura-xml-report html-report "
                       "linecount-report linecoverage-report lineprecision-report txt-report xml-report xslt-html-report"),
    "nc": Exceptions(programs="e c"),
    "ncat": Exceptions("o output x hex-dump", programs="e exec c sh-exec"),
    "pv": Exceptions("P pidfile"),
    "pylint": Exceptions("output", changes="generate-rcfile generate-toml-config", values="rcfile disable enable f"),
    "pyright": Exceptions(changes="createstub writebaseline"),
    "scc": Exceptions("o output"),
    "sdiff": Exceptions("o output"),
    "shuf": Exceptions("o output", values="n i"),
    "tidy": Exceptions("o output-file output f file", changes="m modify"),
    "tree": Exceptions("o", values="L P I"),
    "ffprobe": Exceptions("o", changes="f report", values="v i of print_format loglevel select_streams show_entries"),
    "mediainfo": Exceptions("LogFile", values="Output Inform"),
    "tldr": Exceptions(changes="u update c clear-cache seed-config", values="p platform L language"),
    "xmllint": Exceptions("output o", changes="shell", values="xpath schema relaxng dtdvalid encode"),
}  # fmt: skip


def reader(call: Call) -> None:
    rule = EXCEPTIONS[call.name]
    short = "".join(name for name in (*rule.files, *rule.programs, *rule.values) if len(name) == 1)
    names = " ".join(name for name in (*rule.files, *rule.programs, *rule.values) if len(name) > 1)
    options = Options(_double_dashed(call), short, names)
    for path in options.all(*rule.files):
        if path not in ("-", ""):
            call.write(path)
    for line in options.all(*rule.programs):
        call.shell.run_text(line, call.name)
    if rule.changes and options.has(*rule.changes):
        call.unknown("is told to change something")
    call.emit(None)


def _double_dashed(call: Call) -> list[str]:
    """xmllint takes its long options with one dash, too, and ffprobe has no others."""
    if call.name not in ("xmllint", "ffprobe"):
        return call.args
    return ["-" + arg if arg[:1] == "-" and arg[1:2].isalpha() and len(arg) > 2 else arg for arg in call.args]


def identify(call: Call) -> None:
    """ImageMagick: a picture's facts. It can be told to write, and some prefixes of names run a script or delete."""
    for at, arg in enumerate(call.args):
        if arg in ("-write", "+write"):
            call.write("".join(call.args[at + 1 : at + 2]))
        elif arg in ("-script", "-process") or arg.lower().startswith(("ephemeral:", "msl:", "@")):
            call.unknown("is told to change something")
    call.emit(None)


def hyperfine(call: Call) -> None:
    """Runs each operand as a command line."""
    files = "export-json export-csv export-markdown export-asciidoc export-orgmode output"
    lines = "prepare setup cleanup conclude reference"
    values = "warmup min-runs max-runs runs shell parameter-list parameter-scan style sort time-unit command-name input"
    options = call.options("wmMrsSpcLPDunC", f"{files} {lines} {values}")
    for path in options.all(*files.split()):
        if path not in ("null", "pipe", "inherit", "-"):
            call.write(path)
    for line in [*options.all("p", "s", "c", "C", *lines.split()), *options.rest]:
        call.shell.run_text(line, call.name)
    call.emit(None)

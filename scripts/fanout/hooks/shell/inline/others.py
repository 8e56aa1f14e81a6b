"""JavaScript, Perl, Ruby and PHP given on the command line: their file calls by name, with literal or unknown paths."""

from __future__ import annotations

import re

from ..effects import CREATE, DELETE, MODIFY, MOVE, TRUNCATE
from ..globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..call import Call

STRING = r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([^,)\s;]+))"""

# Function name, what it does to its first argument, and to its second ("" for nothing).
NODE = (
    (
        r"(?:writeFileSync|writeFile|createWriteStream|outputFileSync|outputFile|writeJsonSync|writeJson|outputJsonSync)",
        TRUNCATE,
        "",
    ),
    (r"(?:appendFileSync|appendFile)", MODIFY, ""),
    (r"(?:truncateSync|truncate|chmodSync|chmod)", MODIFY, ""),
    (r"(?:unlinkSync|unlink|rmSync|rm|rmdirSync|rmdir|removeSync|emptyDirSync)", DELETE, ""),
    (r"(?:mkdirSync|mkdir|mkdtempSync|ensureDirSync|ensureDir|ensureFileSync)", CREATE, ""),
    (r"(?:renameSync|rename|moveSync)", MOVE, CREATE),
    (r"(?:copyFileSync|copyFile|cpSync|cp|copySync|symlinkSync|symlink|linkSync|link)", "", CREATE),
)
NODE_RISKS = re.compile(
    r"child_process|execSync|spawn|\beval\(|new Function|openSync|\bimport\(|require\(\s*['\"]\.|fs/promises"
    r"|\bBun\.|\bDeno\."
    r"|\bwriteFile|\bappendFile|\bunlink|\brename|\bmkdir|\brm(?:dir)?Sync|\bcopyFile|createWriteStream"
)
NODE_MODULES = re.compile(r"""(?:require\(|from\s+|import\s+)\s*['"]([^'"]+)['"]""")
NODE_KNOWN = frozenset(
    [
        "fs",
        "path",
        "os",
        "util",
        "url",
        "crypto",
        "assert",
        "process",
        "events",
        "stream",
        "zlib",
        "readline",
        "http",
        "https",
    ]
)

PERL = (
    (r"(?:unlink|rmdir)", DELETE, ""),
    (r"(?:rename|move|mv)", MOVE, CREATE),
    (r"(?:mkdir|make_path|mkpath)", CREATE, ""),
    (r"(?:copy|cp|symlink|link)", "", CREATE),
    (r"(?:remove_tree|rmtree)", DELETE, ""),
    (r"(?:truncate|write_file|spew|append_file)", MODIFY, ""),
)
PERL_RISKS = re.compile(
    r"\b(?:unlink|rename|mkdir|rmdir|symlink|link|truncate|system|exec|qx|sysopen|do\s+['\"]|require\s+['\"]|eval\s+['\"$]"
    r"|spew|write_file|copy|move|rmtree|make_path|remove_tree|chmod|utime|dbmopen)\b|`"
)
RUBY = (
    (r"(?:File\.write|IO\.write|File\.binwrite|FileUtils\.touch|IO\.binwrite)", TRUNCATE, ""),
    (
        r"(?:File\.delete|File\.unlink|FileUtils\.rm(?:_r|_rf|_f)?|Dir\.rmdir|Dir\.delete|FileUtils\.remove\w*)",
        DELETE,
        "",
    ),
    (r"(?:File\.rename|FileUtils\.mv|FileUtils\.move)", MOVE, CREATE),
    (
        r"(?:FileUtils\.cp(?:_r)?|FileUtils\.copy\w*|FileUtils\.ln(?:_s|_sf)?|File\.symlink|File\.link|IO\.copy_stream)",
        "",
        CREATE,
    ),
    (r"(?:Dir\.mkdir|FileUtils\.mkdir(?:_p)?|FileUtils\.makedirs|File\.truncate|File\.chmod)", CREATE, ""),
)
RUBY_RISKS = re.compile(
    r"\bsystem\b|`|%x|\bexec\b|\bspawn\b|\beval\b|\.write\b|File\.(?:write|delete|unlink|rename|open|symlink|truncate|new)"
    r"|FileUtils|IO\.(?:popen|write|binwrite)|Dir\.(?:mkdir|rmdir|delete)|Open3|Pathname|require_relative|\bload\b|\.unlink"
)
PHP = (
    (r"(?:file_put_contents|touch|ftruncate)", TRUNCATE, ""),
    (r"(?:unlink|rmdir)", DELETE, ""),
    (r"(?:rename)", MOVE, CREATE),
    (r"(?:mkdir)", CREATE, ""),
    (r"(?:copy|symlink|link)", "", CREATE),
)
PHP_RISKS = re.compile(
    r"file_put_contents|fopen|unlink|rename|mkdir|rmdir|copy\(|exec|system|`|include|require|touch|eval"
)
TABLES = {"node": NODE, "perl": PERL, "ruby": RUBY, "php": PHP}
RISKS = {"node": NODE_RISKS, "perl": PERL_RISKS, "ruby": RUBY_RISKS, "php": PHP_RISKS}


def scan(call: Call, text: str, arguments: list[str], language: str) -> None:
    if UNKNOWN in text:
        call.unknown("runs a program that is known only when it runs")
    if language == "perl":
        text = re.sub(r"(?m)(^|\s)#[^\n]*", r"\1", text)
    named = 0
    for expression, first, second in TABLES[language]:
        for match in re.finditer(
            rf"(?<![\w$@%>])(?:\w+\.)*{expression}\s*\(?(?:\s*\[?){STRING}(?:\s*,{STRING})?", text
        ):
            named += 1
            report(call, literal(match.groups()[:4], text), first)
            report(call, literal(match.groups()[4:8], text), second)
    named += opened(call, text, language)
    commands(call, text, language)
    if language == "node":
        foreign = [
            name for name in NODE_MODULES.findall(text) if name.replace("node:", "").partition("/")[0] not in NODE_KNOWN
        ]
        if foreign:
            call.unknown(f"loads {foreign[0]}, which may write when it is used")
    if not named and RISKS[language].search(text):
        call.unknown("may write: its program is not followed")


def report(call: Call, path: str, kind: str) -> None:
    if not kind:
        return
    if kind == CREATE and UNKNOWN not in path and call.world.exists(path):
        kind = MODIFY
    call.shell.write(path, kind, kind == DELETE and call.world.is_folder(path), call.name)


def literal(groups: tuple[str | None, ...], text: str) -> str:
    """A string literal's text, a variable's when it is set to one literal, else UNKNOWN."""
    for group in groups[:2]:
        if group is not None:
            return re.sub(
                r"\\(.)",
                r"\1",
                re.sub(r"(?<!\\)[$@#]\{?\w[^}\s/.]*\}?", UNKNOWN, group) if "$" in group or "#{" in group else group,
            )
    if groups[2] is not None:
        return re.sub(r"\$\{[^}]*\}", UNKNOWN, groups[2])
    name = (groups[3] or "").lstrip("$")
    if re.fullmatch(r"\w+", name):
        found = re.findall(rf"""\b{re.escape(name)}\s*=\s*["']([^"'$]*)["']""", text)
        if len(found) == 1:
            return str(found[0])
    return UNKNOWN


def opened(call: Call, text: str, language: str) -> int:
    """Files opened for writing: `open(my $f, ">", "x")`, `File.open("x", "w")`, `fs.openSync("x", "w")`, `fopen`."""
    count = 0
    if language == "perl":
        pattern = (
            r"""open\s*\(?\s*(?:my\s+|our\s+|local\s+)?\$?\*?\w+\s*,\s*(["'])\s*(\+?[<>|+]{1,2})[^"']*\1\s*,""" + STRING
        )
        for match in re.finditer(pattern, text):
            count += 1
            if ">" in match.group(2) or "+" in match.group(2):
                report(call, literal(match.groups()[2:6], text), TRUNCATE)
        for match in re.finditer(r"""open\s*\(?\s*(?:my\s+)?\$?\w+\s*,\s*["']\s*(\+?>{1,2})\s*([^"']+)["']""", text):
            count += 1
            report(call, match.group(2).strip() if "$" not in match.group(2) else UNKNOWN, TRUNCATE)
        return count
    name = {"node": r"open(?:Sync)?", "ruby": r"(?:File\.|IO\.|Kernel\.)?(?:open|new)", "php": "fopen"}[language]
    for match in re.finditer(rf"""{name}\s*\(?{STRING}\s*,\s*['"]([rwa+bx]+)['"]""", text):
        count += 1
        if match.group(5).strip("rb"):
            report(call, literal(match.groups()[:4], text), TRUNCATE)
    return count


def commands(call: Call, text: str, language: str) -> None:
    """Shell commands that are started with literal text."""
    names = {
        "node": "execSync|exec",
        "perl": "system|exec",
        "ruby": "system|exec",
        "php": "shell_exec|system|exec|passthru",
    }
    for match in re.finditer(
        rf"""(?<!\w)(?:{names[language]})\s*\(?\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*[);,]?""", text
    ):
        line = match.group(1) or match.group(2) or ""
        call.shell.run_text(re.sub(r"[$#@]\{?\w+\}?", UNKNOWN, line) if match.group(1) else line, call.name)
    if language in ("perl", "ruby", "php"):
        for line in re.findall(r"`([^`]*)`", text):
            call.shell.run_text(re.sub(r"[$#@]\{?\w+\}?", UNKNOWN, line), call.name)

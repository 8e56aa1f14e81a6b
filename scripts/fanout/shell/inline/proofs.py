"""What makes a program in JavaScript, Perl, Ruby or PHP more than a reader: anything that is not on a closed list.

The file calls that `others` follows are named; here is whether anything is left that may write.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NODE_READS = frozenset(
    """
    readFileSync readFile existsSync exists statSync stat lstatSync lstat readdirSync readdir accessSync access
    realpathSync realpath createReadStream readlinkSync readlink constants fstatSync fstat readSync read closeSync close
    opendirSync opendir watch watchFile unwatchFile globSync glob Stats Dirent ReadStream promises statfs statfsSync
    readvSync native then default
    """.split()
)
NODE_HARMLESS = frozenset(
    """
    path os util url crypto assert events stream zlib readline http https querystring string_decoder buffer timers
    perf_hooks process net dns tls tty punycode async_hooks diagnostics_channel test timers/promises stream/promises
    path/posix assert/strict util/types readline/promises dns/promises constants
    """.split()
)
ANSWERED = frozenset("json text ok status statusText headers blob arrayBuffer url body data".split())  # of a request
NODE_BINDS = re.compile(
    r"(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=\s*(?:await\s+import|require)\(\s*['\"](?:node:)?fs(?:/promises)?['\"]\s*\)"
    r"(?:\.(promises))?(?!\s*[.\[(])|import\s+(?:\*\s+as\s+)?(\{[^}]*\}|[\w$]+)\s+from\s+['\"](?:node:)?fs(?:/promises)?['\"]"
)
NODE_DIRECT = re.compile(r"(?:require|import)\(\s*['\"](?:node:)?fs(?:/promises)?['\"]\s*\)")
NODE_OPEN = re.compile(
    r"\beval\b|\bFunction\s*\(|\bimport\(\s*[^'\"\s]|\brequire\(\s*[^'\"\s]|\brequire\b(?!\s*\(|\.resolve\b)|\bBun\.|\bDeno\."
    r"|process\.(?:binding|dlopen|mainModule|report|_)|\bglobal(?:This)?\s*\[|\bWebAssembly\b|\bcreateRequire\b"
)
NODE_MODULES = re.compile(r"""(?:require\(|import\(|from\s+|import\s+)\s*['"]([^'"]+)['"]""")


def node(text: str, followed: frozenset[str]) -> str:
    """Why the program may write, "" when it is proven not to, apart from the calls named in `followed`."""
    for name in NODE_MODULES.findall(text):
        module = name.replace("node:", "")
        if name.startswith("./") and name.endswith(".json"):
            continue
        if module not in NODE_HARMLESS and module not in ("fs", "fs/promises", "child_process"):
            return f"loads {name}, which may write when it is used"
    if NODE_OPEN.search(text):
        return "may write: its program is not followed"
    allowed = NODE_READS | followed
    if any(name not in allowed for name in _node_members(text)):
        return "may write: its program is not followed"
    return "starts another program" if "child_process" in text and not _are_starts_followed(text) else ""


CHILD = r"require\(\s*['\"](?:node:)?child_process['\"]\s*\)"
CHILD_FROM = r"from\s*['\"](?:node:)?child_process['\"]"
STARTS = r"(?:execFileSync|execFile|execSync|exec|spawnSync|spawn)"
ELSEWHERE = re.compile(r"\b(?:cwd|shell|input|env|argv0)\b\s*['\"]?\s*[:,}]")  # options by which it runs otherwise


def _are_starts_followed(text: str) -> bool:
    """Whether child_process is only called, by its functions' own names, so that `others` has followed each call."""
    if ELSEWHERE.search(text):
        return False
    rest = re.sub(rf"(?:const|let|var)\s*\{{[\w\s,]*\}}\s*=\s*{CHILD}(?!\s*[.\[(])", " ", text)
    rest = re.sub(rf"import\s*\{{(?:\s*\w+\s*,?)*\}}\s*{CHILD_FROM}", " ", rest)
    binds = rf"(?:const|let|var)\s+([\w$]+)\s*=\s*{CHILD}(?!\s*[.\[(])|import\s+(?:\*\s+as\s+)?([\w$]+)\s+{CHILD_FROM}"
    names = [match[1] or match[2] for match in re.finditer(binds, rest)]
    rest = re.sub(binds, " ", rest)
    owner = "|".join([CHILD, *(rf"(?<![\w$.]){re.escape(name)}" for name in names)])
    rest = re.sub(rf"(?:{owner})\s*\.\s*(?={STARTS}\s*\()", " ", rest)
    loose = "|".join(
        ["child_process", "fork", rf"{STARTS}\b(?!\s*\()", *(rf"{re.escape(name)}(?![\w$])" for name in names)]
    )
    return not re.search(rf"(?<![\w$.])(?:{loose})", rest)


def _node_members(text: str) -> Iterator[str]:
    """What is taken of fs: the names of members, "*" where that is not known."""
    names = {"fs", "fsp", "fsPromises"}
    for match in NODE_BINDS.finditer(text):
        bound = match.group(1) or match.group(3)
        if bound.startswith("{"):
            yield from (
                part.partition(":")[0].partition("=")[0].strip() for part in bound[1:-1].split(",") if part.strip()
            )
        else:
            names.add(bound)
    rest = NODE_BINDS.sub(" ", text)
    rest = NODE_DIRECT.sub(" fs ", rest)
    for match in re.finditer(rf"(?<![\w$.'\"])(?:{'|'.join(map(re.escape, names))})(?![\w$'\"])", rest):
        yield from _chain(rest, match.end())
    for match in re.finditer(r"\.then\(\s*\(?\s*(\w+)\s*\)?\s*=>\s*\1\b", rest):
        yield from (name for name in _chain(rest, match.end()) if name not in ANSWERED)


def _chain(text: str, at: int) -> Iterator[str]:
    while True:
        match = re.compile(r"""\s*\)*\s*(?:\??\.\s*(\w+)|\[\s*['"](\w+)['"]\s*\])""").match(text, at)
        if match is None:
            yield "*" if not re.compile(r"\s*\)*\s*;?\s*$").match(text, at) else "read"
            return
        name = match.group(1) or match.group(2)
        yield name
        if match.group(2) and name not in NODE_READS:
            yield "*"
        if name not in ("promises", "default"):
            return
        at = match.end()


PERL_HARMLESS = frozenset(
    """
    strict warnings utf8 feature JSON::PP JSON JSON::XS Data::Dumper List::Util Scalar::Util POSIX Time::Local Time::HiRes
    Time::Piece Text::Wrap Text::ParseWords Text::Tabs Encode Getopt::Long Cwd File::Basename File::Spec constant integer
    bigint bignum MIME::Base64 Digest::MD5 Digest::SHA locale lib vars overload parent base English Carp Storable
    Unicode::Normalize autodie File::Path File::Copy charnames bytes open re sort diagnostics experimental
    """.split()
)
PERL_RISKS = re.compile(
    r"\b(?:unlink|rename|mkdir|rmdir|symlink|link|truncate|system|exec|qx|sysopen|do\s*['\"]|require\s*['\"$]"
    r"|eval\s*(?:['\"$(]|q)|spew\w*|write_file|append_file|copy|move|rmtree|mkpath|make_path|remove_tree|chmod|chown|utime"
    r"|dbmopen|tie|syscall|mkfifo|mknod|creat|IO::File|IO::Handle|Path::\w+|File::(?:Slurp\w*|Temp|Find)|fork|chdir|store|nstore"
    r"|open)\b|`[^`]*`?|&\{|&\$|->\$|\*\{|\$(?:\^I|\{\^I|INPLACE_EDIT)"
)


def perl(text: str, followed: int) -> str:
    for name in re.findall(r"\b(?:use|require)\s+([A-Z][\w:]*|[a-z]\w+)", text):
        if name not in PERL_HARMLESS:
            return f"loads {name}, which may write when it is used"
    bare = re.sub(r"(?<![\w$@%])use\s+[^;]*", "", text)
    return "may write: its program is not followed" if len(PERL_RISKS.findall(bare)) > followed else ""


RUBY_READS = frozenset(
    """
    read readlines foreach exist? file? directory? size size? zero? empty? basename dirname extname join expand_path
    absolute_path realpath stat lstat mtime ctime atime readable? writable? executable? symlink? readlink fnmatch fnmatch?
    glob entries each_child children pwd getwd home binread identical? ftype path split constants SEPARATOR [] tmpdir
    clock_gettime pid CLOCK_MONOTONIC parse load load_file generate pretty_generate dump now safe_load
    """.split()
)
RUBY_HARMLESS = frozenset(
    """
    json yaml csv set date time securerandom digest base64 erb pp prettyprint ostruct optparse benchmark bigdecimal uri
    net/http open3 shellwords stringio strscan tempfile tmpdir fileutils pathname English forwardable singleton timeout
    zlib socket logger psych open-uri etc rbconfig matrix prime abbrev delegate observer
    """.split()
)
RUBY_MEMBERS = re.compile(
    r"\b(?:File|Dir|IO|Pathname|FileUtils|Tempfile|Open3|PTY|Kernel|Process|Logger|PStore)\b(?:::|\.|\()\s*(\w+[?!]?)?"
)
RUBY_RISKS = re.compile(
    r"\bsystem\b|`[^`]*`?|%x|\bexec\b|\bspawn\b|\beval\b|\binstance_eval\b|\bclass_eval\b|\bsend\b|\bpublic_send\b"
    r"|\bmethod\(|\bconst_get\b"
    r"|\bopen\b|\.(?:write|binwrite|unlink|delete|rename|rmtree|mkpath|mkdir|rmdir|truncate|chmod|make_link|make_symlink)\b"
    r"|require_relative|\bload\s+['\"]|\bchdir\b|\bfork\b|syswrite|Zip::|\bchmod\b"
)


def ruby(text: str, followed: int) -> str:
    for name in re.findall(r"\brequire\s*\(?\s*['\"]([^'\"]+)['\"]", text):
        if name not in RUBY_HARMLESS:
            return f"loads {name}, which may write when it is used"
    found = [name for name in RUBY_MEMBERS.findall(text) if name not in RUBY_READS and name != "open"]
    risks = len(found) + len([one for one in RUBY_RISKS.findall(re.sub(RUBY_MEMBERS, " ", text)) if one])
    opened = len(re.findall(r"\b(?:File|IO|Kernel)\.open\b", text))
    return "may write: its program is not followed" if risks + opened > followed else ""


PHP_RISKS = re.compile(
    r"file_put_contents|\bf(?:open|write|puts|putcsv)\b|unlink|rename|mkdir|rmdir|\bcopy\b|\bsymlink\b|\blink\b|tempnam|touch"
    r"|chmod|chown|chdir|exec|system|passthru|proc_open|popen|`[^`]*`?|include|require|eval|SplFileObject|ZipArchive|Phar|\bnew\s+PDO"
    r"|SQLite3|imagepng|imagejpeg|move_uploaded_file|error_log|->save|->asXML|call_user_func|\$\w+\s*\("
)


def php(text: str, followed: int) -> str:
    return "may write: its program is not followed" if len(PHP_RISKS.findall(text)) > followed else ""

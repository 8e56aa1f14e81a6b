"""Commands that bring files from elsewhere, or send them: curl, wget, rsync, scp."""

from __future__ import annotations

import re

from fanout.shell.copies import below, copy_file, copy_tree, last
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call, Options

CURL_VALUES = "AbcCdDeEFhHKmoPQrtTuUwxXyYz"
CURL_LONG = (
    "output dump-header cookie-jar cookie data data-raw data-binary data-urlencode json form header request url user "
    "user-agent referer max-time connect-timeout retry retry-delay retry-max-time proxy cacert cert key range "
    "upload-file write-out output-dir trace trace-ascii stderr etag-save etag-compare resolve interface limit-rate "
    "ciphers config "
    "netrc-file hsts alt-svc libcurl max-redirs max-filesize speed-limit speed-time time-cond unix-socket dns-servers"
)


def url_name(url: str) -> str:
    """The last segment of a URL's path."""
    path = re.sub(r"^[a-z]+://", "", url)
    return path.rpartition("/")[2] if "/" in path else ""


CURL_FILES = "D dump-header c cookie-jar trace trace-ascii stderr etag-save hsts alt-svc libcurl".split()


def curl(call: Call) -> None:
    options = call.options(CURL_VALUES, CURL_LONG)
    folder = options.get("output-dir") or ""
    for path in options.all("o", "output"):
        if path != "-":
            if options.has("create-dirs"):
                call.folders(below(folder, path).rpartition("/")[0])
            call.write(below(folder, path) if folder else path)
    if options.has("O", "remote-name", "remote-name-all", "J"):
        named = options.has("J", "remote-header-name")
        for url in [*options.rest, *options.all("url")]:
            name = UNKNOWN if named else url_name(url.partition("?")[0].partition("#")[0])
            call.write(below(folder, name) if folder else name)
    for path in options.all(*CURL_FILES):
        if path not in ("-", "%"):
            call.write(path)
    if options.has("T", "upload-file"):
        for url in [*options.rest, *options.all("url")]:
            if url.startswith("file://"):
                call.write(url[len("file://") :])
    if options.has("K", "config"):
        call.unknown("reads its options from a file")
    call.emit(None)


WGET_LONG = (
    "output-document directory-prefix output-file append-output input-file tries timeout user-agent header post-data "
    "post-file user password level accept reject limit-rate wait base save-cookies load-cookies domains method "
    "body-data"
)


def wget(call: Call) -> None:
    options = call.options("OPoaiQtTwUlARDIXBe", WGET_LONG)
    for path in [*options.all("o", "output-file"), *options.all("a", "append-output"), *options.all("save-cookies")]:
        call.write(path)
    document = options.get("O", "output-document")
    folder = options.get("P", "directory-prefix") or ""
    if options.has("spider"):
        pass
    elif document is not None:
        if document not in ("-", ""):
            call.write(document)
    elif options.has("r", "recursive", "m", "mirror", "p", "page-requisites", "i", "input-file", "content-disposition"):
        if folder:
            call.create(folder, recursive=True)
        else:
            call.unknown("makes files named by a server")
    else:
        for url in options.rest:
            if folder:
                call.folders(folder)
            name = url_name(url) or "index.html"
            call.write(below(folder, name) if folder else name)
    call.emit(None)


def is_remote(path: str) -> bool:
    return re.match(r"[^/:]+:", path) is not None or path.startswith("rsync://")


RSYNC_LONG = (
    "exclude include exclude-from include-from files-from rsh backup-dir partial-dir temp-dir log-file filter "
    "max-size min-size bwlimit timeout port out-format chmod chown info link-dest compare-dest copy-dest suffix"
)


def rsync(call: Call) -> None:
    options = call.options("efBT", RSYNC_LONG)
    log = options.get("log-file")
    if log:
        call.write(log)
    if options.has("n", "dry-run", "list-only") or len(options.rest) < 2:
        call.emit(None)
        return
    *sources, target = options.rest
    if not is_remote(target):
        _rsync_here(call, options, sources, target)
    for source in sources if options.has("remove-source-files") else ():
        if not is_remote(source):
            call.delete(source, recursive=call.world.is_folder(source))
    call.emit(None)


def _rsync_here(call: Call, options: Options, sources: list[str], target: str) -> None:
    deletes = options.has("delete", "delete-after", "delete-before", "delete-excluded", "del")
    if deletes and not any(word.rpartition("=")[2].strip("/*") == ".fanout" for word in call.args):
        call.delete(target, recursive=True)
    exact = not deletes and not options.has("b", "backup")
    for source in sources:
        synced(call, source, target, exact and not is_remote(source))


def synced(call: Call, source: str, target: str, exact: bool) -> None:
    folder = call.world.is_folder(source)
    place = target
    if (not source.endswith("/") and folder) or ((target.endswith("/") or call.world.is_folder(target)) and not folder):
        place = below(target, last(source))
    if not exact:
        call.create(target, recursive=True)
    elif folder:
        copy_tree(call, source.rstrip("/"), place.rstrip("/"))
    else:
        copy_file(call, source, place)


def scp(call: Call) -> None:
    options = call.options("cFiJloPSDX", "")
    if len(options.rest) < 2:
        return
    *sources, target = options.rest
    if is_remote(target):
        return
    for source in sources:
        into = call.world.is_folder(target) or target.endswith("/")
        call.write(below(target, last(source.rpartition(":")[2])) if into else target, recursive=options.has("r"))


def remote(call: Call) -> None:
    call.unknown("talks to another machine and may write what it brings")
    call.emit(None)

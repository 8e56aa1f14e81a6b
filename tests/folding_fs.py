"""A file system over a folder that takes names for one that differ in case or normalisation, and keeps them as written.

Like a Mac's. It speaks the kernel's FUSE protocol itself (linux/fuse.h), so it needs root and /dev/fuse and nothing else:

    python tests/folding_fs.py FOLDER MOUNT [direct]      until it is unmounted, or its standard input ends

direct: processes can't share a file's memory, as on a network share. Whoever starts it holds its standard input, so that
no mount outlives a starter that is killed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import sys
import threading
import unicodedata
from collections.abc import Callable

ROOT = 1
LARGEST = 1 << 20
HEADER = struct.Struct("<IIQQIIIHH")
ATTRIBUTES = struct.Struct("<6Q10I")
SETATTR = struct.Struct("<IIQQQQQQIIIIIIII")
MODE, UID, GID, SIZE, ATIME, MTIME, HANDLE, ATIME_NOW, MTIME_NOW = (1 << bit for bit in range(9))
BIG_WRITES, ATOMIC_TRUNCATE, MAX_PAGES, KEEP_CACHE = 1 << 5, 1 << 3, 1 << 22, 2
DIRECT = 1
OPENED = [KEEP_CACHE]
PASSED_ON = os.O_ACCMODE | os.O_TRUNC
NO_REPLACE = 1
LAZY = 2


def key(name: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


class Nodes:
    """What the kernel knows by number: where it is in the folder below, under all its names."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.places: dict[int, list[tuple[int, str]]] = {ROOT: []}
        self.numbers: dict[int, int] = {os.lstat(folder).st_ino: ROOT}
        self.listings: dict[int, dict[str, str]] = {}
        self.last = ROOT

    def path(self, node: int) -> str:
        if node == ROOT:
            return self.folder
        if not self.places.get(node):
            raise OSError(errno.ESTALE, "gone")
        above, name = self.places[node][-1]
        return os.path.join(self.path(above), name)

    def listed(self, node: int, name: str) -> str | None:
        """The name as the folder lists it."""
        if node not in self.listings:
            self.listings[node] = {key(one): one for one in os.listdir(self.path(node))}
        return self.listings[node].get(key(name))

    def at(self, node: int, name: str) -> str:
        """The path of what the name stands for, else of what it would be. Forgets the listing: it may be made."""
        listed = self.listed(node, name)
        if listed is None:
            del self.listings[node]
        return os.path.join(self.path(node), listed or name)

    def number(self, above: int, name: str, inode: int) -> int:
        if inode not in self.numbers:
            self.last += 1
            self.numbers[inode], self.places[self.last] = self.last, []
        found = self.numbers[inode]
        places = self.places[found]
        if (above, name) in places:
            places.remove((above, name))
        places.append((above, name))
        return found

    def drop(self, above: int, name: str) -> None:
        """A name goes away, and with its last one the number."""
        status = os.lstat(os.path.join(self.path(above), name))  # a link may lead back here, and nobody would answer
        inode = status.st_ino
        self.listings.pop(above, None)
        number = self.numbers.get(inode)
        if number is None:
            return
        self.places[number] = [place for place in self.places[number] if place != (above, name)]
        if not self.places[number] and (stat.S_ISDIR(status.st_mode) or status.st_nlink == 1):
            del self.numbers[inode]


class FoldingFiles:
    """The answers: one method for each kind of request, from its node and its bytes."""

    def __init__(self, folder: str) -> None:
        self.nodes = Nodes(folder)
        self.folders: dict[int, list[tuple[int, str, int]]] = {}
        self.opened = 0

    def lookup(self, node: int, given: bytes) -> bytes:
        name = text(given)
        listed = self.nodes.listed(node, name)
        if listed is None:
            raise OSError(errno.ENOENT, name)
        return self.entry(node, listed)

    def entry(self, node: int, name: str) -> bytes:
        status = os.lstat(os.path.join(self.nodes.path(node), name))
        number = self.nodes.number(node, name, status.st_ino)
        return struct.pack("<4Q2I", number, 0, 0, 0, 0, 0) + attributes(status)

    def getattr(self, node: int, given: bytes) -> bytes:
        flags, _, handle = struct.unpack_from("<IIQ", given)
        status = os.fstat(handle) if flags & 1 else os.lstat(self.nodes.path(node))
        return struct.pack("<QII", 0, 0, 0) + attributes(status)

    def setattr(self, node: int, given: bytes) -> bytes:
        valid, _, handle, size, _, atime, mtime, _, atime_ns, mtime_ns, _, mode, _, uid, gid, _ = SETATTR.unpack_from(
            given
        )
        place: int | str = handle if valid & HANDLE else self.nodes.path(node)
        link = {} if isinstance(place, int) else {"follow_symlinks": False}
        if valid & MODE:
            os.chmod(place, stat.S_IMODE(mode))
        if valid & (UID | GID):
            os.chown(place, uid if valid & UID else -1, gid if valid & GID else -1, **link)
        if valid & SIZE:
            os.truncate(place, size)
        if valid & (ATIME | MTIME | ATIME_NOW | MTIME_NOW):
            old = os.stat(place, **link)
            times = (
                old.st_atime_ns if not valid & ATIME else atime * 10**9 + atime_ns,
                old.st_mtime_ns if not valid & MTIME else mtime * 10**9 + mtime_ns,
            )
            now = valid & (ATIME_NOW | MTIME_NOW)
            os.utime(place, **({} if now else {"ns": times}), **link)  # type: ignore[arg-type]
        status = os.stat(place, **link)
        return struct.pack("<QII", 0, 0, 0) + attributes(status)

    def readlink(self, node: int, given: bytes) -> bytes:
        return os.fsencode(os.readlink(self.nodes.path(node)))

    def symlink(self, node: int, given: bytes) -> bytes:
        name, target = (os.fsdecode(part) for part in given.split(b"\0")[:2])
        os.symlink(target, self.nodes.at(node, name))
        return self.entry(node, name)

    def mknod(self, node: int, given: bytes) -> bytes:
        mode, device, _, _ = struct.unpack_from("<4I", given)
        name = text(given[16:])
        os.mknod(self.nodes.at(node, name), mode, device)
        return self.entry(node, name)

    def mkdir(self, node: int, given: bytes) -> bytes:
        name = text(given[8:])
        os.mkdir(self.nodes.at(node, name), struct.unpack_from("<I", given)[0])
        return self.entry(node, name)

    def unlink(self, node: int, given: bytes) -> bytes:
        path = self.nodes.at(node, text(given))
        os.lstat(path)
        self.nodes.drop(node, os.path.basename(path))
        os.unlink(path)
        return b""

    def rmdir(self, node: int, given: bytes) -> bytes:
        path = self.nodes.at(node, text(given))
        if os.listdir(path):
            raise OSError(errno.ENOTEMPTY, path)
        self.nodes.drop(node, os.path.basename(path))
        os.rmdir(path)
        return b""

    def rename(self, node: int, given: bytes) -> bytes:
        return self._renamed(node, struct.unpack_from("<Q", given)[0], 0, given[8:])

    def rename2(self, node: int, given: bytes) -> bytes:
        target, flags = struct.unpack_from("<QI", given)
        return self._renamed(node, target, flags, given[16:])

    def _renamed(self, node: int, target: int, flags: int, names: bytes) -> bytes:
        """What is there in another spelling gives way; the new name is spelled as it is given."""
        old, new = (os.fsdecode(part) for part in names.split(b"\0")[:2])
        source, there = self.nodes.at(node, old), self.nodes.at(target, new)
        if flags & ~NO_REPLACE:
            raise OSError(errno.EINVAL, "exchange")
        exact = os.path.join(os.path.dirname(there), new)
        status = os.lstat(source)
        if os.path.lexists(there) and there != source:
            if flags & NO_REPLACE:
                raise OSError(errno.EEXIST, new)
            if not os.path.samestat(status, os.lstat(there)):
                is_folder = stat.S_ISDIR(os.lstat(there).st_mode)  # asked of itself: a link may lead back here
                if is_folder and os.listdir(there):
                    raise OSError(errno.ENOTEMPTY, new)
                self.nodes.drop(target, os.path.basename(there))
                os.rename(there, exact)
        os.rename(source, exact)
        self.nodes.listings.pop(node, None)
        self.nodes.listings.pop(target, None)
        number = self.nodes.numbers.get(status.st_ino)
        if number is not None and not os.path.lexists(source):
            place = (node, os.path.basename(source))
            self.nodes.places[number] = [one for one in self.nodes.places[number] if one != place]
            self.nodes.places[number].append((target, new))
        elif number is not None:
            self.nodes.number(target, new, status.st_ino)
        return b""

    def link(self, node: int, given: bytes) -> bytes:
        name = text(given[8:])
        os.link(self.nodes.path(struct.unpack_from("<Q", given)[0]), self.nodes.at(node, name), follow_symlinks=False)
        return self.entry(node, name)

    def open(self, node: int, given: bytes) -> bytes:
        handle = os.open(self.nodes.path(node), struct.unpack_from("<I", given)[0] & PASSED_ON)
        return struct.pack("<QII", handle, OPENED[0], 0)

    def create(self, node: int, given: bytes) -> bytes:
        flags, mode = struct.unpack_from("<II", given)
        path = self.nodes.at(node, text(given[16:]))
        handle = os.open(path, flags & (PASSED_ON | os.O_EXCL) | os.O_CREAT, mode)
        self.nodes.listings.pop(node, None)
        return self.entry(node, os.path.basename(path)) + struct.pack("<QII", handle, OPENED[0], 0)

    def read(self, node: int, given: bytes) -> bytes:
        handle, offset, size = struct.unpack_from("<QQI", given)
        return os.pread(handle, size, offset)

    def write(self, node: int, given: bytes) -> bytes:
        handle, offset, size = struct.unpack_from("<QQI", given)
        return struct.pack("<II", os.pwrite(handle, given[40 : 40 + size], offset), 0)

    def statfs(self, node: int, given: bytes) -> bytes:
        found = os.statvfs(self.nodes.folder)
        counts = (found.f_blocks, found.f_bfree, found.f_bavail, found.f_files, found.f_ffree)
        return struct.pack("<5Q4I24x", *counts, found.f_bsize, found.f_namemax, found.f_frsize, 0)

    def release(self, node: int, given: bytes) -> bytes:
        os.close(struct.unpack_from("<Q", given)[0])
        return b""

    def nothing(self, node: int, given: bytes) -> bytes:
        """What the folder below keeps as well as it needs to (flush, fsync)."""
        return b""

    def opendir(self, node: int, given: bytes) -> bytes:
        path = self.nodes.path(node)
        entries = [(os.lstat(path).st_ino, name, stat.S_IFDIR) for name in (".", "..")]
        for name in os.listdir(path):
            status = os.lstat(os.path.join(path, name))
            entries.append((status.st_ino, name, stat.S_IFMT(status.st_mode)))
        self.opened += 1
        self.folders[self.opened] = entries
        return struct.pack("<QII", self.opened, 0, 0)

    def readdir(self, node: int, given: bytes) -> bytes:
        handle, offset, size = struct.unpack_from("<QQI", given)
        found = b""
        for at, (inode, name, kind) in enumerate(self.folders[handle][offset:], offset + 1):
            raw = os.fsencode(name)
            one = struct.pack("<QQII", inode, at, len(raw), kind >> 12) + raw
            one += b"\0" * (-len(one) % 8)
            if len(found) + len(one) > size:
                break
            found += one
        return found

    def releasedir(self, node: int, given: bytes) -> bytes:
        del self.folders[struct.unpack_from("<Q", given)[0]]
        return b""

    def init(self, node: int, given: bytes) -> bytes:
        _, _, readahead, flags = struct.unpack_from("<4I", given)
        flags &= BIG_WRITES | ATOMIC_TRUNCATE | MAX_PAGES
        return struct.pack("<4I2H2I2HI28x", 7, 31, readahead, flags, 12, 9, LARGEST, 1, LARGEST >> 12, 0, 0)

    def requests(self) -> dict[int, Callable[[int, bytes], bytes]]:
        """By the number that the kernel gives each kind."""
        return {
            **{1: self.lookup, 3: self.getattr, 4: self.setattr, 5: self.readlink, 6: self.symlink, 8: self.mknod},
            **{9: self.mkdir, 10: self.unlink, 11: self.rmdir, 12: self.rename, 13: self.link, 14: self.open},
            **{15: self.read, 16: self.write, 17: self.statfs, 18: self.release, 20: self.nothing, 25: self.nothing},
            **{26: self.init, 27: self.opendir, 28: self.readdir, 29: self.releasedir, 30: self.nothing},
            **{35: self.create, 45: self.rename2},
        }


UNANSWERED = (2, 36, 42)  # forget, interrupt, several to forget


def text(given: bytes) -> str:
    return os.fsdecode(given.partition(b"\0")[0])


def attributes(status: os.stat_result) -> bytes:
    times = (status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns)
    return ATTRIBUTES.pack(
        status.st_ino,
        status.st_size,
        status.st_blocks,
        *(time // 10**9 for time in times),
        *(time % 10**9 for time in times),
        *(status.st_mode, status.st_nlink, status.st_uid, status.st_gid, status.st_rdev, status.st_blksize, 0),
    )


def serve(device: int, files: FoldingFiles) -> None:
    """Answers until it is unmounted."""
    answers = files.requests()
    while True:
        try:
            given = os.read(device, LARGEST + 8192)
        except OSError as error:
            if error.errno in (errno.EINTR, errno.ENOENT):
                continue
            return
        _, code, unique, node, *_ = HEADER.unpack_from(given)
        if code in UNANSWERED:
            continue
        failed, out = 0, b""
        try:
            answer = answers.get(code)
            failed, out = (errno.ENOSYS, b"") if answer is None else (0, answer(node, given[HEADER.size :]))
        except OSError as error:
            failed = error.errno or errno.EIO
        try:
            os.write(device, struct.pack("<IiQ", 16 + len(out), -failed, unique) + out)
        except OSError as error:
            if error.errno != errno.ENOENT:  # else the asker was interrupted
                return


def unmount_with_starter(libc: ctypes.CDLL, mount: str) -> None:
    """Waits for a byte on standard input, or its end. Also while something of the mount is open."""
    os.read(0, 1)
    libc.umount2(os.fsencode(mount), LAZY)
    os._exit(0)


def main(folder: str, mount: str, how: str = "") -> None:
    if how == "direct":
        OPENED[0] = DIRECT
    os.umask(0)
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40755,user_id=0,group_id=0,default_permissions,allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"folding", os.fsencode(mount), b"fuse", 6, options.encode()):  # no set-uid, no devices
        sys.exit(os.strerror(ctypes.get_errno()))
    threading.Thread(target=unmount_with_starter, args=(libc, mount), daemon=True).start()
    print("mounted", flush=True)
    serve(device, FoldingFiles(os.path.realpath(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:4])

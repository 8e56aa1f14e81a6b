"""Files' bytes, kept by content: what a file held before an agent changed it."""

from __future__ import annotations

import os

from fanout.run import place

LARGEST = 64 * 1024 * 1024
NOT_KEPT = "?"
ABSENT = ""


def folder(root: str) -> str:
    return os.path.join(place.folder_of(root), "objects")


def keep(root: str, path: str) -> str:
    """Keeps the bytes of a file. Returns its name; ABSENT when there is no file, NOT_KEPT when it is too large."""
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                return NOT_KEPT
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except OSError:
        return NOT_KEPT
    name = digest(data)
    target = os.path.join(folder(root), name[:2], name[2:])
    if not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        temporary = f"{target}.{os.getpid()}.tmp"
        with open(temporary, "wb") as out:
            out.write(data)
        os.replace(temporary, target)
    return name


def load(root: str, name: str) -> bytes:
    """The kept bytes. Raises FileNotFoundError."""
    with open(os.path.join(folder(root), name[:2], name[2:]), "rb") as file:
        return file.read()


def digest(data: bytes) -> str:
    import hashlib

    return hashlib.blake2b(data, digest_size=20).hexdigest()

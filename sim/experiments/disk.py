"""What an experiment asks of the disk: in one place, so that a test can put a disk there that fails."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO


class Disk:
    """The calls of the system that may fail half way."""

    def write(self, file: int, content: bytes | memoryview) -> int:
        """Write some of the content to an open file, and return how many bytes."""
        return os.write(file, content)

    def sync(self, file: int) -> None:
        """Return when what was written is on the disk."""
        os.fsync(file)

    def rename(self, old: Path, new: Path) -> None:
        """Put a file in the place of another, at once."""
        old.replace(new)

    def remove(self, path: Path) -> None:
        """Take a file away, if it is there."""
        path.unlink(missing_ok=True)

    def shorten(self, path: Path, length: int) -> None:
        """Cut a file off."""
        os.truncate(path, length)


DISK = Disk()
_HALF = ".clustersim-half-"  # in the name of a file that is not yet written to its end; nobody else names files so


class Appending:
    """A file that is written at its end, unbuffered: what `add` returned from is with the system, and closing cannot
    fail for want of room.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        self.end = os.fstat(self._file).st_size

    def add(self, content: bytes) -> int:
        """Write all of it and return where it begins.

        Raises:
            OSError: if the disk refuses; as far as it lets, the file is then as it was before.
        """
        began = self.end
        try:
            _write_all(self._file, content)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, began)
            raise
        self.end += len(content)
        return began

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def replace(path: Path, pieces: Iterable[bytes]) -> str:
    """Write a file so that it is there whole or not at all; return the hash of its content."""
    digest = sha256()
    beside = path.with_name(f".{path.name}{_HALF}{os.getpid()}")
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
        try:
            for piece in pieces:
                _write_all(file, piece)
                digest.update(piece)
            DISK.sync(file)
        finally:
            os.close(file)
        DISK.rename(beside, path)
        return digest.hexdigest()
    finally:
        DISK.remove(beside)


def scratch(folder: Path) -> IO[bytes]:
    """Return an open file for what is too large for memory, on the disk of a folder; it is gone when it is closed, or
    when the process ends.
    """
    return TemporaryFile(dir=folder, prefix=f".scratch{_HALF}")


def is_half(path: Path) -> bool:
    """Tell whether a file is one that a stop left half written."""
    return path.name.startswith(".") and _HALF in path.name


def hash_of(path: Path) -> str:
    """Return the sha256 of a file's content, read piece by piece."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write_all(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[DISK.write(file, left) :]

"""The folder of an experiment: every finished run is saved at once, any stop can be resumed, nothing is mixed up.

One process writes. `journal.jsonl` holds a line per finished run; `experiment.json` says what the experiment is;
another scenario, code, data or version is refused. Final tables are made from the journal in order of run numbers, so
they do not depend on what happened on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from errno import EACCES, ENOTDIR
from os import W_OK, access, strerror
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from sim.experiments.folder import (
    empty,
    locked,
    refuse_changed,
    refuse_strangers,
    reopen,
    sweep_up,
    write_files,
    write_more,
)
from sim.experiments.jobs import SUCCEEDED, Done
from sim.experiments.journal import JOURNAL, CannotWrite, Journal, Saved, belongs_to
from sim.experiments.manifest import (
    EXPERIMENT,
    hash_of_identity,
    is_experiment,
    read_identity,
    refuse_other,
    write_identity,
)
from sim.scenario.files import ScenarioError

_LONGEST_TOLD = 200  # signs of a path in a message


def refuse_unusable(folder: Path) -> None:
    """Refuse a folder that is no experiment's, or that the system does not let anybody look at.

    Raises:
        ScenarioError: if it holds anything that clustersim did not write.
        CannotWrite: if its name is too long, it lies below a file, or it may not be read or written.
    """
    try:
        refuse_strangers(folder)
        there = next(above for above in (folder, *folder.absolute().parents) if above.exists())
        if not there.is_dir():
            raise NotADirectoryError(ENOTDIR, strerror(ENOTDIR))
        if not access(there, W_OK):
            raise PermissionError(EACCES, strerror(EACCES))
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> CannotWrite:
    return CannotWrite(f"{str(folder)[:_LONGEST_TOLD]}: cannot be written ({error.strerror}); choose another --out")


class Store:
    """The open folder of an experiment; use it as a context.

    Attributes:
        mended: lines of the journal that could not be read, and whose runs are made again.
    """

    def __init__(self, folder: Path, identity: dict[str, Any], *, fresh: bool = False) -> None:
        self.folder, self.identity, self._fresh = folder, identity, fresh
        self.mended = 0
        self._lock: IO[str] | None = None
        self._journal: Journal | None = None
        self._goes_on = False

    @property
    def values(self) -> Saved:
        """Value of every succeeded run by number."""
        return self._open().read.values

    @property
    def failed(self) -> dict[int, str]:
        """Error of every failed run by number, in their order."""
        return dict(sorted(self._open().read.failed.items()))

    def _open(self) -> Journal:
        if self._journal is None:
            raise ValueError(f"{self.folder}: is not open; use the store as a context")
        return self._journal

    def __enter__(self) -> Store:
        """Take the folder.

        Raises:
            FolderInUse: if another process has it.
            ScenarioError: if it holds something else.
            CannotWrite: if it cannot be written.
        """
        refuse_unusable(self.folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self.folder)
            refuse_changed(self.folder)
            if self._fresh:
                empty(self.folder)
            self._begin()
        except OSError as error:
            self.__exit__(None, None, None)
            raise _unwritable(self.folder, error) from None
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _begin(self) -> None:
        sweep_up(self.folder)
        own, said = hash_of_identity(self.identity), belongs_to(self.folder / JOURNAL)
        whole = is_experiment(self.folder)
        if said != own and whole:
            refuse_other(self.folder, read_identity(self.folder), self.identity)
        if said not in ("", own):
            raise ScenarioError(
                f"{self.folder}: {JOURNAL} holds runs of another experiment than this command makes, whatever "
                f"{EXPERIMENT} says; run the command that began it, or choose another --out"
            )
        if not whole or read_identity(self.folder) != self.identity:
            write_identity(self.folder, self.identity)
        self._journal = Journal(self.folder / JOURNAL, own)
        self.mended = self._journal.mended

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._journal, self._lock):
            if file is not None:
                file.close()
        self._lock = None

    def add(self, done: Done) -> None:
        """Save one finished run.

        Raises:
            CannotWrite: if the disk is full; what was saved before stays valid.
        """
        with _on_disk(self.folder):
            if not self._goes_on:
                self._goes_on = True
                reopen(self.folder)
            self._open().add(done)

    def finish(self, files: Iterable[tuple[str, Iterable[bytes]]]) -> None:
        """Write final files whole, each from its pieces, and their hashes.

        Raises:
            CannotWrite: if the disk refuses.
            ScenarioError: if somebody else put a file of that name there.
        """
        with _on_disk(self.folder):
            write_files(self.folder, files, self.values)

    def add_files(self, files: Mapping[str, bytes]) -> None:
        """Write further final files beside those that `finish` wrote; errors as there."""
        with _on_disk(self.folder):
            write_more(self.folder, files)


def add_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write further final files into the folder of a finished experiment.

    Raises:
        FolderInUse: if a process writes it.
        CannotWrite: if the disk refuses.
        ScenarioError: if somebody else put a file of that name there, or changed one.
    """
    with _on_disk(folder), locked(folder):
        write_more(folder, files)


@contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    """Say in one line that the disk refuses."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(
            f"{folder}: cannot be written ({error.strerror}); free space and run the same command again"
        ) from None


class Memory:
    """Keeps runs for the length of a call, when there is no folder."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self.failed: dict[int, str] = {}

    def add(self, done: Done) -> None:
        if done.status == SUCCEEDED:
            self.values[done.number] = done.value
        else:
            self.failed[done.number] = done.error

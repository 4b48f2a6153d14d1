"""Faults that were planted in the store by hand, one at a time: each breaks a promise that a history must notice."""

from typing import NamedTuple


class Fault(NamedTuple):
    """A line of a file of `sim/experiments`, and what stands there instead."""

    file: str
    before: str
    after: str


FAULTS = (
    # disk
    Fault("disk.py", "left = left[DISK.write(file, left) :]", "left = left[DISK.write(file, left) and len(left) :]"),
    Fault("disk.py", "os.ftruncate(self._file, began)", "pass"),
    Fault("disk.py", "        self.end += len(content)\n", ""),
    Fault("disk.py", "        DISK.rename(beside, path)\n        return", "        return"),
    Fault("disk.py", 'beside = path.with_name(f".{path.name}{_HALF}{os.getpid()}")', "beside = path"),
    Fault("disk.py", "        DISK.remove(beside)\n", "        pass\n"),
    # journal
    Fault("journal.py", "or int(line[:8], 16) != crc32(line[9:-1])", ""),
    Fault(
        "journal.py",
        "values.put(record[_RUN], place, len(line))",
        "values.put(record[_RUN], place, len(line) - 2)",
    ),
    Fault("journal.py", "        place += len(line)\n", "        place += len(line) + (place > 900)\n"),
    Fault("journal.py", "            disk.DISK.shorten(path, _sound_length(path))\n", "            pass\n"),
    Fault(
        "journal.py", "if record is not None and _RUN in record:", "if record is not None and record.get(_RUN, 0) > 2:"
    ),
    Fault("journal.py", "[_line({_BELONGS: experiment}), *self._sound_runs()]", "[_line({_BELONGS: experiment})]"),
    Fault("journal.py", "if self.mended or not found.experiment:", "if not found.experiment:"),
    # folder
    Fault("folder.py", "        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n", "        pass\n"),
    Fault("folder.py", '        write_hashes(folder, before | hashes | {name: ""})\n', ""),
    Fault(
        "folder.py", "    write_hashes(folder, hashes | _of_runs(folder, runs))\n", "    write_hashes(folder, hashes)\n"
    ),
    Fault("folder.py", "hashes.pop(HASHES, None) == _own_hash(hashes)", "[hashes.pop(HASHES, None)]"),
    Fault("folder.py", "        if disk.is_half(path):\n            disk.DISK.remove(path)\n", "        pass\n"),
    # store
    Fault("store.py", "                reopen(self.folder)\n", "                pass\n"),
    Fault(
        "store.py",
        "            self._open().add(done)\n",
        "            self._open().read.failed.get(done.number) or self._open().add(done)\n",
    ),
    Fault(
        "store.py",
        "        if not whole or read_identity(self.folder) != self.identity:\n            write_identity",
        "        if False:\n            write_identity",
    ),
    Fault("store.py", "        for file in (self._journal, self._lock):\n", "        for file in (self._journal,):\n"),
    # jobs
    Fault("jobs.py", "                lost += running.values()\n", ""),
    Fault("jobs.py", "                        suspects.append(batch)\n", "                        pass\n"),
    Fault(
        "jobs.py",
        "                    lost.append(batch)\n",
        '                    yield Done(batch[0][0], SUCCEEDED, {"square": 0})\n',
    ),
)

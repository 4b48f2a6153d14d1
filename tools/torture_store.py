"""Histories of faults for the store, each from a seed: `python -m tools.torture_store --seed 1 --number 1000`.

What breaks a promise is printed with its seed, and `--seed N --number 1` lives it again. With `--planted` each fault of
tests/store_faults.py is put into a copy of the program, and the histories must find it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tools.progress import counter

ROOT = Path(__file__).parent.parent
_COPIED = ("sim", "tests", "tools", "scenarios", "pyproject.toml")
_MOST = 10  # broken promises that are told


def torture(seeds: Sequence[int], most: int = _MOST) -> tuple[Counter[str], list[str]]:
    """Live histories until `most` promises are broken; return how their lives ended, and what was broken."""
    from tests.storm import history

    ended, broken, show = Counter[str](), list[str](), counter("histories")
    for done, seed in enumerate(seeds, 1):
        try:
            ended += history(seed)
        except Exception as error:
            broken.append(f"seed {seed}: {type(error).__name__}: {error}")
            if len(broken) == most:
                break
        show(done, len(seeds))
    return ended, broken


def planted(number: int) -> list[str]:
    """Return the faults that no history of so many finds, each put into a copy of the program by itself."""
    from tests.store_faults import FAULTS

    unseen, show = [], counter("faults")
    for done, fault in enumerate(FAULTS, 1):
        with tempfile.TemporaryDirectory() as folder:
            for name in _COPIED:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, Path(folder) / name)
            file = Path(folder) / "sim" / "experiments" / fault.file
            text = file.read_text(encoding="utf-8")
            if text.count(fault.before) != 1:
                raise ValueError(f"{fault.file}: holds {text.count(fault.before)} times {fault.before!r}")
            file.write_text(text.replace(fault.before, fault.after), encoding="utf-8")
            found = _finds(Path(folder), number)
        if not found:
            unseen.append(f"{fault.file}: {fault.before.strip()}")
        show(done, len(FAULTS))
    return unseen


def _finds(folder: Path, number: int) -> bool:
    command = [sys.executable, "-m", "tools.torture_store", "--number", str(number), "--stop"]
    environment = dict(os.environ, PYTHONPATH=str(folder))
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode != 0


def main() -> int:
    """Torture the store; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="of the first history")
    parser.add_argument("--number", type=int, default=1000, help="of histories")
    parser.add_argument("--planted", action="store_true", help="look whether planted faults are found instead")
    parser.add_argument("--stop", action="store_true", help="end with the first broken promise")
    asked = parser.parse_args()
    if asked.planted:
        unseen = planted(asked.number)
        print(*(f"not found: {fault}" for fault in unseen), f"{len(unseen)} planted faults were not found", sep="\n")
        return bool(unseen)
    begun = time.perf_counter()
    ended, broken = torture(range(asked.seed, asked.seed + asked.number), 1 if asked.stop else _MOST)
    told = ", ".join(f"{how} {number:,}" for how, number in sorted(ended.items()))
    print(*broken, f"lives: {told}", f"{len(broken)} broken promises, {time.perf_counter() - begun:.0f} s", sep="\n")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())

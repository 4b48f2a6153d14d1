"""What made a result: hashes of the code and of the data tables."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_HOUSE = Path(__file__).parents[1]


def _hash_of(pattern: str) -> str:
    digest = sha256()
    for path in sorted(_HOUSE.rglob(pattern), key=lambda p: p.relative_to(_HOUSE).as_posix()):
        digest.update(path.relative_to(_HOUSE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def code_hash() -> str:
    """Return the sha256 of every Python file of the package, names included."""
    return _hash_of("*.py")


@cache
def data_hash() -> str:
    """Return the sha256 of every data table of the package, names included."""
    return _hash_of("data/**/*.csv")

"""A result as plain data that fits a line of a journal, and back, bit for bit.

Payments are most of it: tens of thousands a world. Each column is stored as the narrowest integers that hold it, its
bytes in planes (all first bytes, then all second ones), which packs to a tenth of what it was.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.measure.outcomes import Result

_LEVEL = 1  # of zlib: higher ones take longer and save a tenth
_NARROW = {"i": (np.int8, np.int16, np.int32), "u": (np.uint8, np.uint16, np.uint32)}


def pack(result: Result) -> dict[str, Any]:
    """Return a result as plain data for JSON: labels and words as lists, all columns in one text."""
    plain: dict[str, Any] = {}
    pieces: list[bytes] = []
    for each in fields(result):
        value = getattr(result, each.name)
        plain[each.name] = (
            {name: _column(values, pieces) for name, values in value.items()} if isinstance(value, dict) else value
        )
    return plain | {"columns": b64encode(zlib.compress(b"".join(pieces), _LEVEL)).decode()}


def unpack(plain: dict[str, Any]) -> Result:
    """Return the result that was packed."""
    from sim.measure.outcomes import Result

    content, place = zlib.decompress(b64decode(plain["columns"])), 0
    found: dict[str, Any] = {}
    for each in fields(Result):
        value = plain[each.name]
        if isinstance(value, dict):
            columns = {}
            for name, stored in value.items():
                columns[name], place = _values(stored, content, place)
            value = columns
        found[each.name] = tuple(value) if isinstance(value, (list, tuple)) else value
    return Result(**found)


def _column(values: np.ndarray, pieces: list[bytes]) -> Any:
    """Append a column's bytes and return how to read them: type, type as stored, shape;
    words are returned themselves.
    """
    if values.dtype == object:
        return values.tolist()
    narrow = _narrowed(values)
    pieces.append(np.ascontiguousarray(narrow).view(np.uint8).reshape(-1, narrow.itemsize).T.tobytes())
    return {"type": values.dtype.str, "stored": narrow.dtype.str, "shape": list(values.shape)}


def _narrowed(values: np.ndarray) -> np.ndarray:
    for kind in _NARROW.get(values.dtype.kind, ()):
        bounds = np.iinfo(kind)
        if (
            values.size
            and bounds.min <= values.min()
            and values.max() <= bounds.max
            and bounds.bits < values.itemsize * 8
        ):
            return values.astype(kind)
    return values


def _values(stored: Any, content: bytes, place: int) -> tuple[np.ndarray, int]:
    """Return a column, and where the next one begins."""
    if isinstance(stored, list):
        return np.array(stored, dtype=object), place
    kind, shape = np.dtype(stored["stored"]), stored["shape"]
    end = place + int(np.prod(shape)) * kind.itemsize
    planes = np.frombuffer(content[place:end], np.uint8).reshape(kind.itemsize, -1)
    return np.ascontiguousarray(planes.T).view(kind).reshape(shape).astype(stored["type"]), end

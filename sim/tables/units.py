"""Quantities as people write them: `10 million yuan`, `1000 万元`, `100 亿元`, `5000 tce`.
Inside, million yuan and tce.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

# Tables hold yi and wan, people read them: what is read in is multiplied by the first, what is shown by the second.
MILLION_PER_YI, YI_PER_MILLION = 100.0, 0.01  # a yi (亿) is 100 million
BILLION_PER_MILLION = 1e-3  # people read English sums in billions
TCE_PER_WAN, WAN_PER_TCE = 10_000.0, 1e-4  # a wan (万) is ten thousand
FEN_PER_MILLION = 100_000_000  # a fen is a hundredth of a yuan
PER_CENT = 100.0  # of one
BYTES_PER_MB = 1e6

MONEY = {
    "yuan": 1e-6,
    "元": 1e-6,
    "千元": 1e-3,
    "thousand yuan": 1e-3,
    "万元": 1e-2,
    "million yuan": 1.0,
    "m yuan": 1.0,
    "百万元": 1.0,
    "亿元": 100.0,
    "billion yuan": 1000.0,
    "bn yuan": 1000.0,
    "trillion yuan": 1e6,
    "万亿元": 1e6,
}
ENERGY = {
    "tce": 1.0,
    "万tce": 1e4,
    "thousand tce": 1e3,
    "million tce": 1e6,
    "吨标准煤": 1.0,
    "万吨标准煤": 1e4,
    "吨标煤": 1.0,
    "万吨标煤": 1e4,
    "吨": 1.0,  # energy is measured in no other tonnes
    "万吨": 1e4,
}
PERSONS = {"persons": 1.0, "people": 1.0, "人": 1.0}
_PER_CENT = {"%": 1.0, "per cent": 1.0, "percent": 1.0, "％": 1.0}
_WRITTEN = re.compile(r"^\s*([-+]?[0-9][0-9_,]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?)\s*(\D.*?)\s*$")


def counted(number: int, noun: str) -> str:
    """Return a number of things in English: `1 firm`, `2,000 firms`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def read_quantity(text: str, units: dict[str, float], example: str) -> float:
    """Return a number with a unit in the base unit.

    Raises:
        ValueError: if it is not a number with one of the units.
    """
    match = _WRITTEN.match(text)
    if match is None:
        raise ValueError(f"'{text}' is not a number with a unit; write it like {example}")
    unit = " ".join(match[2].split())
    if unit not in units:
        raise ValueError(f"unit '{unit}' does not fit here; write one of {', '.join(units)}, like {example}")
    return float(match[1].replace(",", "").replace("_", "")) * units[unit]


def _reader(units: dict[str, float], example: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        if isinstance(value, str):
            return read_quantity(value, units, example)
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return BeforeValidator(read)


def _rate(value: Any) -> Any:
    if isinstance(value, str):
        return read_quantity(value, _PER_CENT, "0.1 or 10 %") / PER_CENT
    return _number(value)


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


PlainNumber = Annotated[float, BeforeValidator(_number)]
Money = Annotated[
    float, _reader(MONEY, "10 million yuan or 1000 万元"), Field(ge=0, json_schema_extra={"unit": "million yuan"})
]
Energy = Annotated[float, _reader(ENERGY, "5000 tce"), Field(ge=0, json_schema_extra={"unit": "tce"})]
Rate = Annotated[float, BeforeValidator(_rate), Field(json_schema_extra={"unit": "share"})]
Share = Annotated[float, BeforeValidator(_rate), Field(ge=0, le=1, json_schema_extra={"unit": "share"})]

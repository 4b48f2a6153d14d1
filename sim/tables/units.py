"""Quantities as people write them: `10 million yuan`, `1000 万元`, `100 亿元`, `5000 tce`.
Inside, million yuan and tce.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

# Tables hold yi and wan, people read them: what is read in is multiplied by the first, what is shown by the second.
MILLION_PER_YI, YI_PER_MILLION = 100.0, 0.01  # a yi (亿) is 100 million
BILLION_PER_MILLION = 1e-3  # people read English sums in billions
WAN_PER_MILLION = 100.0  # a wan (万) of yuan, in which people read sums per firm
HUNDRED_MU = 100.0  # land in these turns million yuan into 10,000 yuan a mu, in which people read it
TCE_PER_WAN, WAN_PER_TCE = 10_000.0, 1e-4  # a wan (万) is ten thousand
FEN_PER_MILLION = 100_000_000  # a fen is a hundredth of a yuan
YUAN_PER_MILLION = 1e6  # people read prices per tce in yuan
MOST_MONEY = 1e7  # million yuan: five thousand firms may be paid as much before the fen of a payment overflow
MOST_ENERGY = 1e10  # tce: twice what China uses
PER_CENT = 100.0  # of one
# Two lines that are not one: what is computed is nought below the first, what is read is told as 0 below the second.
DUST = 1e-9  # of a value in any of our units: below it is what rounding left of nought
LEAST_SHOWN = 5e-5  # of a value in the unit that people read: half of the last of four digits after the point
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
    "千万": 10.0,
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
PER_TCE = MONEY | {"yuan per tce": 1e-6, "million yuan per tce": 1.0, "元/tce": 1e-6, "元/吨标准煤": 1e-6}
PERSONS = {"persons": 1.0, "people": 1.0, "人": 1.0}
_PER_CENT = {"%": 0.01}
# What people write beside the units above, and what it means.
_ALSO = {
    "亿": "亿元",
    "万": "万元",
    "万亿": "万亿元",
    "百万": "百万元",
    "thousand": "thousand yuan",
    "million": "million yuan",
    "m": "million yuan",
    "billion": "billion yuan",
    "bn": "billion yuan",
    "trillion": "trillion yuan",
    "千万元": "千万",
    "per cent": "%",
    "percent": "%",
}
_HEADER = re.compile(r"^(.*?)\s*[(（\[【]\s*(?:(?:单位|unit)\s*[:：]?\s*)?([^()（）\[\]【】]*?)\s*[)）\]】]$")
_CURRENCY = re.compile(r"人民币|rmb|cny|¥")
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)"
_NUMBER = re.compile(rf"[-+]?(?:{_DIGITS}(?:\.[0-9]*)?|\.[0-9]+)(?:e[-+]?[0-9]{{1,3}}(?![0-9]))?")


def split_header(header: str) -> tuple[str, str]:
    """Return what the header of a column names, and the unit in brackets behind it or nothing."""
    match = _HEADER.match(header.strip())
    return (match[1], match[2]) if match else (header.strip(), "")


def split_quantity(text: str) -> tuple[str, str]:
    """Return the number and the unit of a text, each as it stands there or nothing: full-width signs and capitals are
    read as the usual ones, and the name of the currency says nothing more.

    Raises:
        ValueError: if commas stand where they separate no thousands.
    """
    plain = " ".join(_CURRENCY.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split())
    match = _NUMBER.match(plain)
    number = match[0] if match else ""
    rest = plain[len(number) :]
    if number and re.match("[0-9,]", rest):
        raise ValueError(f"'{text}': commas separate thousands only, in groups of three; write 10,000 or 10000")
    return number, rest.strip()


def read_number(text: str) -> float | None:
    """Return a number written alone, None where the text is no such number."""
    number, unit = split_quantity(text)
    return float(number.replace(",", "").replace("_", "")) if number and not unit else None


def counted(number: int, noun: str) -> str:
    """Return a number of things in English: `1 firm`, `2,000 firms`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def read_quantity(text: str, units: dict[str, float], example: str) -> float:
    """Return a number with a unit in the base unit.

    Raises:
        ValueError: if it is not a number with one of the units.
    """
    number, written = split_quantity(text)
    if not number or not written:
        raise ValueError(f"'{text}' is not a number with a unit; write it like {example}")
    unit = _ALSO.get(written, written)
    if unit not in units:
        raise ValueError(f"unit '{written}' does not fit here; write one of {', '.join(units)}, like {example}")
    return float(number.replace(",", "").replace("_", "")) * units[unit]


def refuse_too_much(money: float) -> None:
    """Refuse more money than can be counted to the fen.

    Args:
        money: million yuan.

    Raises:
        ValueError: saying what to write instead.
    """
    if abs(money) > MOST_MONEY:
        raise ValueError(
            f"{money:.6g} million yuan are more than is counted to the fen; write at most 10 trillion yuan (10 万亿元)"
        )


def _reader(units: dict[str, float], example: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        found = read_quantity(value, units, example) if isinstance(value, str) else _number(value)
        if units is MONEY and isinstance(found, float):
            refuse_too_much(found)
        return found

    return BeforeValidator(read)


def _rate(value: Any) -> Any:
    if not isinstance(value, str):
        return _number(value)
    number = read_number(value)
    return read_quantity(value, _PER_CENT, "0.1 or 10 %") if number is None else number


def _number(value: Any) -> Any:
    """Return a whole number as one that need not be; a text may be a number as people write it."""
    if isinstance(value, str):
        number = read_number(value)
        if number is None:
            raise ValueError(_no_number(value))
        return number
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    try:
        return float(value)
    except OverflowError:
        raise ValueError("a number too large to be one; write a finite one") from None


def _no_number(text: str) -> str:
    number, unit = split_quantity(text)
    if number and _ALSO.get(unit, unit) in _PER_CENT:
        return f"'{text}' is a percentage, and a plain number is asked for; write {float(number) / PER_CENT:g}"
    return f"'{text}' is not a number; write digits like 0.05"


PlainNumber = Annotated[float, BeforeValidator(_number)]
Money = Annotated[
    float,
    _reader(MONEY, "10 million yuan or 1000 万元"),
    Field(ge=0, le=MOST_MONEY, json_schema_extra={"unit": "million yuan"}),
]
Energy = Annotated[float, _reader(ENERGY, "5000 tce"), Field(ge=0, le=MOST_ENERGY, json_schema_extra={"unit": "tce"})]
Rate = Annotated[float, BeforeValidator(_rate), Field(json_schema_extra={"unit": "share"})]
Share = Annotated[float, BeforeValidator(_rate), Field(ge=0, le=1, json_schema_extra={"unit": "share"})]


def lasting(seconds: float) -> tuple[str, str]:
    """Return a time as people say it, in English and in Chinese: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 100.0:
        return f"{seconds:.0f} s", f"{seconds:.0f}秒"
    minutes = seconds / 60.0
    if minutes < 100.0:
        return f"{minutes:.0f} min", f"{minutes:.0f}分钟"
    return f"{minutes / 60.0:.1f} h", f"{minutes / 60.0:.1f}小时"


def runs_between(least: int, most: int) -> tuple[str, str]:
    """Return a number of runs, or what it may grow to, in English and in Chinese: `30 to 2,000 runs`."""
    if most > least:
        return f"{least:,} to {counted(most, 'run')}", f"{least:,}至{most:,}次运行"
    return counted(least, "run"), f"{least:,}次运行"

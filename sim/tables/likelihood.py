"""Words for probabilities and verdicts, in both languages, from `data/likelihood.csv`; no other place has any."""

from __future__ import annotations

from functools import cache

from sim.tables.files import read

AS_ASKED, LESS_THAN_ASKED, UNDECIDED = VERDICTS = ("as likely as asked", "less likely than asked", "undecided")
# of an arm against the base; the last of one of which too many runs failed
BETTER, WORSE, EQUAL, _, NOT_JUDGED = ARM_VERDICTS = ("better", "worse", "practically equal", UNDECIDED, "not judged")


@cache
def scale() -> tuple[tuple[float, str, str], ...]:
    """Return the words of the scale, each with the least probability it stands for, in rising order."""
    rows = (row for row in read("likelihood") if row["of"] == "probability")
    return tuple((float(row["at_least"]), row["word"], row["word_zh"]) for row in rows)


@cache
def verdicts_zh() -> dict[str, str]:
    """Return the Chinese word of each verdict."""
    return _words("verdict")


@cache
def arm_verdicts_zh() -> dict[str, str]:
    """Return the Chinese word of each verdict on an arm of a comparison."""
    return _words("arms")


def _words(of: str) -> dict[str, str]:
    return {row["word"]: row["word_zh"] for row in read("likelihood") if row["of"] == of}


def likelihood(low: float, high: float) -> tuple[str, str]:
    """Return the words for a probability known to lie in an interval: one where both ends have the same."""
    (first, first_zh), (last, last_zh) = _word(low), _word(high)
    return (first, first_zh) if first == last else (f"{first} to {last}", f"{first_zh}至{last_zh}")


def _word(probability: float) -> tuple[str, str]:
    return next((word, word_zh) for least, word, word_zh in reversed(scale()) if probability >= least)

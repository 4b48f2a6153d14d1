"""A sentence in both languages, each whole by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.report.quoted import NO_INTERVAL


@dataclass(frozen=True, slots=True)
class Said:
    """What is said, in English and in Chinese."""

    en: str
    zh: str


def said(pair: Iterable[str]) -> Said:
    """Return what the screen says in two lines, without their indentation."""
    english, chinese = pair
    return Said(english.strip(), chinese.strip())


def alike(text: object) -> Said:
    """Return figures or a name, the same in both languages."""
    return Said(str(text), str(text))


def figures(text: str) -> Said:
    """Return figures as the screen writes them, of what it adds in both languages to each its own."""
    both = " ".join(NO_INTERVAL)
    return Said(text.replace(both, NO_INTERVAL[0]), text.replace(both, NO_INTERVAL[1]))


def noted(sentence: Said, note: Said) -> Said:
    """Return a sentence with what it is in brackets behind it."""
    return Said(f"{sentence.en} ({note.en})", f"{sentence.zh}（{note.zh}）")


def explained(sentence: Said, *more: Said) -> Said:
    """Return a sentence, and in sentences of their own what kind of figure it is and what must be known of it: they
    stand in one, so that no list that is cut off says the first without the others.
    """
    told = (sentence, *more)
    return Said(" ".join(f"{s.en.rstrip('.')}." for s in told), "".join(f"{s.zh.rstrip('。')}。" for s in told))


def joined(sentences: Iterable[Said]) -> Said:
    """Return several sentences as one."""
    told = tuple(sentences)
    return Said("; ".join(s.en for s in told), "；".join(s.zh for s in told))

"""A sentence in both languages, each whole by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What is said, in English and in Chinese."""

    en: str
    zh: str

"""The confidence of all that is printed, and the quantile that most intervals need."""

from __future__ import annotations

from typing import Any

CONFIDENCE = 0.95


def student(degrees: Any, confidence: float = CONFIDENCE) -> Any:
    """Return the two-sided quantile of Student's t, of one number of degrees of freedom or of each of an array."""
    from scipy.special import stdtrit

    return stdtrit(degrees, 0.5 + confidence / 2.0)

"""Names of what a firm can reach: revenue tiers, published lists, titles. Order is from low to high."""

from __future__ import annotations

TIERS: tuple[str, ...] = ("tier_10bn", "tier_50bn", "tier_100bn")
TIER_LINES: tuple[float, ...] = (10_000.0, 50_000.0, 100_000.0)  # million yuan, article p08

LISTS: tuple[str, ...] = ("world_500", "china_500", "manufacturing_500", "private_500")

TITLES: tuple[str, ...] = ("provincial_little_giant", "national_little_giant", "champion")  # codes 1, 2, 3
APPLICATIONS: tuple[str, ...] = tuple(f"application_{title}" for title in TITLES)

ABOVE_SCALE_LINE = 20.0  # million yuan a year, National Bureau of Statistics criterion

REAL, PULLED_FORWARD, RELABELLED, PRICE_BOOM = 0, 1, 2, 3
CROSSING_CLASSES: tuple[str, ...] = ("real", "pulled_forward", "relabelled", "price_boom")

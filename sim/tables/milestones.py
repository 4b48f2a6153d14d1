"""Names of what a firm can reach: revenue tiers, published lists, titles. Order is from low to high."""

from __future__ import annotations

from enum import StrEnum


class Unit(StrEnum):
    """Who reaches it: one establishment, or a business group as a whole."""

    GROUP = "group"
    ESTABLISHMENT = "establishment"


class Kind(StrEnum):
    """Every kind of event there is: what a firm can reach, and what a payment can be earned by."""

    TIER_10BN = "tier_10bn"
    TIER_50BN = "tier_50bn"
    TIER_100BN = "tier_100bn"
    WORLD_500 = "world_500"
    CHINA_500 = "china_500"
    MANUFACTURING_500 = "manufacturing_500"
    PRIVATE_500 = "private_500"
    PROVINCIAL_LITTLE_GIANT = "provincial_little_giant"
    NATIONAL_LITTLE_GIANT = "national_little_giant"
    CHAMPION = "champion"
    APPLICATION_PROVINCIAL_LITTLE_GIANT = "application_provincial_little_giant"
    APPLICATION_NATIONAL_LITTLE_GIANT = "application_national_little_giant"
    APPLICATION_CHAMPION = "application_champion"
    SMART_WORKSHOP = "smart_workshop"
    SMART_FACTORY = "smart_factory"
    ABOVE_SCALE = "above_scale"
    HIGH_TECH = "high_tech"
    HIGH_TECH_RENEWED = "high_tech_renewed"
    LISTED = "listed"
    FIRST_SET = "first_set"
    PROJECT_OPENED = "project_opened"


TIERS: tuple[Kind, ...] = (Kind.TIER_10BN, Kind.TIER_50BN, Kind.TIER_100BN)
TIER_LINES: tuple[float, ...] = (10_000.0, 50_000.0, 100_000.0)  # million yuan, article p08

LISTS: tuple[Kind, ...] = (Kind.WORLD_500, Kind.CHINA_500, Kind.MANUFACTURING_500, Kind.PRIVATE_500)

PRIVATE_ONLY = frozenset({Kind.PRIVATE_500})  # lists that admit private owners alone
IN_DOLLARS = frozenset({Kind.WORLD_500})  # lists whose line is in US dollars
BY_FORTUNE = frozenset({Kind.WORLD_500})  # lists that look for groups themselves; the others wait for them to apply

TITLES: tuple[Kind, ...] = (Kind.PROVINCIAL_LITTLE_GIANT, Kind.NATIONAL_LITTLE_GIANT, Kind.CHAMPION)  # codes 1, 2, 3
STATUSES: tuple[Kind, ...] = (Kind.HIGH_TECH, Kind.HIGH_TECH_RENEWED, Kind.LISTED)  # without a quota
APPLICATIONS: tuple[Kind, ...] = tuple(Kind(f"application_{title}") for title in TITLES)

SMART_TITLES: tuple[Kind, ...] = (Kind.SMART_WORKSHOP, Kind.SMART_FACTORY)  # codes 1, 2

ABOVE_SCALE_LINE = 20.0  # million yuan a year, National Bureau of Statistics criterion
FEWEST_ABOVE_SCALE, MOST_ABOVE_SCALE = 100, 50_000  # firms that may be simulated

REAL, PULLED_FORWARD, RELABELLED, PRICE_BOOM, MERGED = range(5)
CROSSING_CLASSES: tuple[str, ...] = ("real", "pulled_forward", "relabelled", "price_boom", "merged")

"""What a cluster is called, and what it is besides a cluster: rules ask for its roles, never for its name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a cluster can be besides a cluster.

    The goods of a supplier are the commodity whose price moves with the world's; a city without a supplier buys all of
    it from outside. Each role whose energy is published has a fact, `energy_share_` and its name.
    """

    LANDMARK = "landmark"  # landmark industry: a fund may prefer it
    STEEL = "steel"  # supplier of metals
    CHEMICALS = "chemicals"  # supplier of chemicals
    CEMENT = "cement"  # cement and other building materials
    ENVIRONMENT = "environment"  # makes equipment that saves energy and keeps air and water clean
    FUTURE = "future"  # fields of the future lie in it: a fund may prefer its young firms


SUPPLIED = {"metals": Role.STEEL, "chemicals": Role.CHEMICALS}  # commodities that a cluster of the city can make
OUTSIDE = ("ores_and_coal", "electricity", "coke_and_petroleum")  # goods of industries that are no cluster
ENERGY_ROLES = (Role.STEEL, Role.CEMENT)  # whose share of energy is a fact
TWO_HIGH = (Role.STEEL, Role.CEMENT)  # energy-hungry and high in emissions 两高: new capacity there needs old to close


@dataclass(frozen=True, slots=True)
class ClusterName:
    """One cluster: identifier, three-letter code, English and Chinese name, roles."""

    identifier: str
    code: str
    english: str
    chinese: str
    roles: frozenset[Role]

"""The ten industrial clusters, in the order in which every cluster array is laid out."""

from __future__ import annotations

from dataclasses import dataclass

from sim.tables.files import read


@dataclass(frozen=True, slots=True)
class ClusterName:
    """One cluster: identifier, three-letter code, English and Chinese name, landmark industry or not."""

    identifier: str
    code: str
    english: str
    chinese: str
    landmark: bool


def _read() -> tuple[ClusterName, ...]:
    return tuple(
        ClusterName(r["cluster"], r["code"], r["name_en"], r["name_zh"], r["landmark"] == "1") for r in read("clusters")
    )


CLUSTERS: tuple[ClusterName, ...] = _read()
IDENTIFIERS: tuple[str, ...] = tuple(c.identifier for c in CLUSTERS)
COUNT = len(CLUSTERS)

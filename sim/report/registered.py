"""What a register of real firms holds, and what share of the start came from it; never who is in it, but for firms that
the city's own table names.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.register.columns import columns
from sim.register.register import Register
from sim.start.places import public_firms
from sim.start.state import Start
from sim.tables.city_tables import CityTables
from sim.tables.clusters import ClusterName
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.units import YI_PER_MILLION, counted


def describe_register(register: Register, city_tables: CityTables) -> list[str]:
    """Return what a register holds as lines for the screen."""
    number = len(register)
    return [
        f"{register.file}: fine, {counted(number, 'firm')} 无误，{number:,}家企业",
        *(
            f"{np.count_nonzero(rows):>7,} {_yi(register['revenue'][rows])}  {cluster.identifier} {cluster.chinese}"
            for cluster, rows in _by_cluster(register, city_tables)
        ),
        "values given 已填数值:",
        *(f"{count:>7,}  {columns()[name].title}" for name, count in _given(register)),
        *_public(register, city_tables),
    ]


def describe_shares(start: Start, city_tables: CityTables) -> list[str]:
    """Return which part of the start came from the register: firms, and share of each cluster's revenue of 2021."""
    register, firms = start.given.register, start.firms
    if register is None:
        return []
    above = firms.cluster_sum(np.where(firms.last_revenue >= ABOVE_SCALE_LINE, firms.last_revenue, 0.0))
    lines = [
        f"{np.count_nonzero(rows):>7,} {_yi(register['revenue'][rows])} {part:>7.1%}  "
        f"{cluster.identifier} {cluster.chinese}"
        for (cluster, rows), part in zip(_by_cluster(register, city_tables), _parts(register, above), strict=True)
    ]
    whole = float(register["revenue"].sum())
    return [
        "",
        "From the register of firms: number, revenue (100 million yuan), share of the cluster's above-scale revenue",
        "来自企业名录：企业数、营业收入（亿元）、占集群规上营收之比",
        *lines,
        f"{len(register):>7,} {_yi(register['revenue'])} {whole / float(above.sum()):>7.1%}  all 合计",
        *(
            f"{count:>7,} {'firm gives' if count == 1 else 'firms give'} 家企业填报 {columns()[name].title}"
            for name, count in _given(register)
        ),
    ]


def _by_cluster(register: Register, city_tables: CityTables) -> list[tuple[ClusterName, np.ndarray]]:
    return [(cluster, register.cluster == number) for number, cluster in enumerate(city_tables.clusters)]


def _parts(register: Register, above: np.ndarray) -> list[float]:
    known = np.bincount(register.cluster, weights=register["revenue"], minlength=above.size)
    parts: list[float] = (known / above).tolist()
    return parts


def _given(register: Register) -> Iterator[tuple[str, int]]:
    """Yield each column that may be left out, and for how many firms it is given."""
    for name, values in register.amounts.items():
        yield name, int(np.count_nonzero(~np.isnan(values)))
    for name, words in register.words.items():
        yield name, sum(word != "" for word in words)
    heads = zip(register.head.tolist(), register.public_head, strict=True)
    yield "group", sum(head >= 0 or public != "" for head, public in heads)
    yield "titles", sum(titles is not None for titles in register.titles)


def _public(register: Register, city_tables: CityTables) -> list[str]:
    here = [firm for firm in public_firms(city_tables) if firm.identifier in register.public]
    rest = [firm for firm in public_firms(city_tables) if firm.identifier not in register.public]
    told = {
        "named firms of the city whose values are the register's; outputs call them by their public names, leave a row "
        "out to keep the city's values 以名录为准的公开企业，输出中用其公开名称；删去其行即沿用城市数据": here,
        "named firms that are not in the register and keep the city's values; a firm that is one of them must bear its "
        "name 名录中没有、沿用城市数据的公开企业；若名录中有同一企业，请用下列名称": rest,
    }
    return [f"{what}: {', '.join(f'{f.chinese} {f.english}' for f in firms) or '-'}" for what, firms in told.items()]


def _yi(million: np.ndarray) -> str:
    return f"{float(million.sum()) * YI_PER_MILLION:>10,.1f}亿元"

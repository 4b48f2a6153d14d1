"""What may be set and asked, listed."""

from __future__ import annotations

import sys
from typing import Any

import click

from sim.commands.options import city_option
from sim.commands.say import say


def _tell(listing: Any, words: tuple[str, ...]) -> None:
    """Print the rows that hold one of the words: aligned on a screen, in plain lines into a pipe."""
    say("\n".join(listing.picked(words).lines(aligned=sys.stdout.isatty())))


@click.command()
@click.argument("instruments", nargs=-1)
def levers(instruments: tuple[str, ...]) -> None:
    """List the levers of INSTRUMENTS (all without any): path, default, unit, range, clause or source, meaning.

    列出政策工具的参数：路径、默认值、单位、范围、条款或出处、含义；不写工具则全部列出，也可按任意词查找。
    """
    from sim.report.reference import lever_list

    _tell(lever_list(), instruments)


@click.command()
@click.argument("words", nargs=-1)
@city_option
def numbers(words: tuple[str, ...], city: str | None) -> None:
    """List the numbers of the model whose names or meanings hold one of WORDS: value, unit, ranges, grade, source,
    meaning.

    列出模型所用的数：取值、单位、抽样区间、可设范围、等级、出处、含义；可按名称或含义中的词查找。
    """
    from sim.report.reference import number_list
    from sim.tables.city_tables import read_city

    _tell(number_list(read_city(city or "")), words)


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--for", "use", type=click.Choice(["objective", "target", "cost"]), help="Only what may be asked for as this."
)
def outcomes(words: tuple[str, ...], use: str | None) -> None:
    """List what is measured, if its name or meaning holds one of WORDS: unit, kind, period, what it may be asked for,
    meaning.

    列出模型度量的结果：单位、类型、时期、可作何用、含义；可按名称或含义中的词查找。
    """
    from sim.report.reference import outcome_list

    _tell(outcome_list(use), words)


@click.command()
@click.argument("words", nargs=-1)
@city_option
def clusters(words: tuple[str, ...], city: str | None) -> None:
    """List the clusters and size classes by which tables tell.

    列出表格所用的产业集群和规模类别。
    """
    from sim.report.reference import cluster_list
    from sim.tables.city_tables import read_city

    _tell(cluster_list(read_city(city or "")), words)

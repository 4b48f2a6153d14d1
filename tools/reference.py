"""Writes the pages of docs/reference: what may be set and asked, and the commands; and docs/glossary.md.
`python -m tools.reference`, or `make reference`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from sim.commands import commands
from sim.pages import glossary
from sim.report.city_reference import city_column_list, city_number_list, measured_list, reserved_list
from sim.report.listing import Listing
from sim.report.reference import (
    cluster_list,
    lever_list,
    number_list,
    outcome_list,
    source_list,
)
from sim.tables.city_tables import read_city

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
GLOSSARY = FOLDER.parent / "glossary.md"
WRITTEN = "Written by `make reference`. 由 `make reference` 生成。"


def _page(english: str, chinese: str, *listings: Listing) -> str:
    """Return a page with a sentence in both languages and a table for each listing."""
    tables = [line for listing in listings for line in ("", *listing.page())]
    return "\n".join([f"# {english}", "", chinese, *tables, "", WRITTEN]) + "\n"


def _commands() -> str:
    told = [line for name, command in _with_those_of_groups() for line in _command(name, command)]
    return "\n".join(["# Commands", "", "命令一览。每个命令的 `--help` 与此相同。", *told, "", WRITTEN]) + "\n"


def _with_those_of_groups() -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(commands().items()):
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", command.commands[inner]) for inner in sorted(command.commands))


def _command(name: str, command: click.Command) -> Iterator[str]:
    """Yield what `--help` says, without its line breaks, which follow the width of the screen."""
    context = click.Context(command, info_name=f"clustersim {name}", color=False)
    yield from (
        "",
        f"## {name}",
        "",
        f"`{' '.join([context.command_path, *command.collect_usage_pieces(context)])}`",
        "",
    )
    yield from [line.strip() for line in (command.help or "").splitlines()]
    records = [record for option in command.params if (record := option.get_help_record(context)) and record[1]]
    yield from ["", *(f"- `{option}`: {' '.join(said.split())}" for option, said in records)] if records else []


PAGES: dict[str, Callable[[], str]] = {
    "levers.md": lambda: _page(
        "Levers: what a scenario may set",
        "政策参数：情景文件中可以设定的内容。列出：`clustersim levers`。",
        lever_list(),
    ),
    "numbers.md": lambda: _page(
        "Numbers of the model, and their sources",
        "模型所用的数及其出处。列出：`clustersim numbers`。",
        number_list(read_city()),
        source_list(read_city()),
    ),
    "outcomes.md": lambda: _page(
        "Outcomes: what is measured and may be asked",
        "度量的结果及其可作何用。列出：`clustersim outcomes`。",
        outcome_list(),
        cluster_list(read_city()),
    ),
    "cities.md": lambda: _page(
        "The tables of a city: columns, numbers, what is compared, and reserved words",
        "城市表：各表的列、数、可对照的事实与流量、保留词。用法见 `docs/cities.md`，检查："
        "`clustersim city check 文件夹`。",
        city_column_list(),
        city_number_list(),
        measured_list(),
        reserved_list(),
    ),
    "commands.md": _commands,
}


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in PAGES.items():
        (FOLDER / name).write_text(text(), encoding="utf-8", newline="\n")
        click.echo(FOLDER / name)
    GLOSSARY.write_text(glossary.as_page(), encoding="utf-8", newline="\n")
    click.echo(GLOSSARY)


if __name__ == "__main__":
    main()

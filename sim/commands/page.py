"""The page and the brief of a finished folder."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.conduct import page_of
from sim.commands.say import say


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--lang",
    default="both",
    show_default=True,
    type=click.Choice(["zh", "en", "both"]),
    help="Language of the page; both has a switch.",
)
def page(folder: Path, lang: str) -> None:
    """Write page.html and brief.html of the finished experiment in FOLDER again, from its files alone.

    仅凭文件夹中的文件，重新写出已完成实验的 page.html 和 brief.html。
    """
    from sim.experiments.store import add_files
    from sim.pages.rendered import rendered

    add_files(folder, rendered(folder, lang))
    say("\n".join(page_of(folder)))

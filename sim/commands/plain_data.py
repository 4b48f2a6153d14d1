"""What a command tells as JSON, on the screen or in a new file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sim.commands.say import say

_LONGEST_TOLD = 200  # signs of a path in a message


def json_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that every command has whose answer is one page."""
    options = (
        click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the page."),
        click.option("--out", type=click.Path(path_type=Path), help="Write the JSON into a new file, beside the page."),
        click.option("--quiet", "-q", is_flag=True, help="Show no progress, and no page."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def refuse_existing(out: Path | None) -> None:
    """Refuse, before any work, a file that is there already or cannot be made.

    Raises:
        ScenarioError: saying what to write instead.
    """
    from sim.scenario.files import ScenarioError

    if out is None:
        return
    name = str(out)[:_LONGEST_TOLD]
    try:
        there, folder = out.exists(), out.absolute().parent.is_dir()
    except OSError as error:
        raise ScenarioError(f"--out {name}: cannot be written ({error.strerror}); choose another name") from None
    if there:
        raise ScenarioError(f"--out {name}: is there already; choose another name, or take it away")
    if not folder:
        raise ScenarioError(f"--out {name}: its folder is not there; make it, or choose another")


def tell(data: dict[str, Any], page: Callable[[], list[str]], *, as_json: bool, out: Path | None, quiet: bool) -> None:
    """Print the page, or the data, and write the data into the file.

    Raises:
        CannotWrite: if the file cannot be written.
    """
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    if as_json:
        say(text)
    elif not quiet:
        say("\n".join(page()))
    if out is None:
        return
    from sim.experiments.journal import CannotWrite

    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(f"{text}\n")
    except OSError as error:
        raise CannotWrite(
            f"{str(out)[:_LONGEST_TOLD]}: cannot be written ({error.strerror}); choose another --out"
        ) from None

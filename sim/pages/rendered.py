"""A folder as a page and as a brief: one style, no script, and nothing that is fetched.

Every text of a user is escaped and written out where it would act unseen; the policy of the page forbids whatever a
text might still ask for.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.pages import asked
from sim.pages.again import again
from sim.pages.charts import Chart, charts
from sim.pages.doubts import doubts
from sim.pages.folder import Folder
from sim.pages.glossary import found_in
from sim.pages.kinds import sections
from sim.pages.parts import Section
from sim.pages.place import place
from sim.pages.said import Said
from sim.tables.printable import printable

PAGE, BRIEF = "page.html", "brief.html"
ENGLISH, CHINESE, BOTH = LANGUAGES = ("en", "zh", "both")
_TEMPLATES = Path(__file__).parent / "templates"
_DOUBT = Said("What to doubt", "需审慎看待之处")
_IN_BRIEF = 3  # sentences of each section that stand on the first screen and on the brief


def rendered(path: Path, language: str = BOTH) -> dict[str, bytes]:
    """Return the page and the brief of a finished folder by file name.

    Args:
        language: `en` or `zh` alone, or `both` with a switch between them.

    Raises:
        ScenarioError: if the folder holds no finished experiment.
    """
    folder = Folder(path)
    title, questions = asked.title(folder), asked.questions(folder)
    parts = (*sections(folder), Section("doubt", _DOUBT, doubts(folder)))
    told: dict[str, Any] = {
        "title": title,
        "questions": questions,
        "place": place(folder),
        "kind": asked.kind(folder),
        "notes": tuple(asked.notes(folder)),
        "sections": parts,
        "again": again(folder),
        "versions": _versions(folder),
        "shown": (ENGLISH, CHINESE) if language == BOTH else (language,),
        "most": _IN_BRIEF,
        "style": _style(),
        "policy": _policy(),
    }
    pictures = tuple(charts(folder))
    words = found_in(_texts(parts, pictures, title, *questions))
    whole = _template(PAGE).render(**told, charts=pictures, terms=words)
    brief = _template(BRIEF).render(**told, charts=(), terms=())
    return {PAGE: whole.encode(), BRIEF: brief.encode()}


def _texts(told: tuple[Section, ...], pictures: tuple[Chart, ...], *others: Said) -> Iterator[Said]:
    """Yield whatever a page says in sentences and tables, to look for words in it."""
    yield from others
    for section in told:
        yield from (*section.part.lead, *section.part.more)
        for table in section.part.tables:
            yield from (table.title, *table.head, *(cell for row in table.rows for cell in row))
    for chart in pictures:
        yield from (chart.title, chart.said)


def _versions(folder: Folder) -> str:
    """Return what made the folder, and the marks of its code and data."""
    made, packages = folder.manifest, folder.manifest["packages"]
    named = ", ".join(f"{name} {version}" for name, version in packages.items())
    return (
        f"clustersim {made['clustersim']}, Python {made['python']}, {named}; "
        f"code {made['code'][:12]}, data {made['data'][:12]}"
    )


def _template(name: str) -> Any:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )
    environment.filters["drawn"] = lambda svg: Markup(printable(svg))
    return environment


def _written(value: Any) -> Any:
    """Write out what is not seen and acts, as on the screen."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _style() -> Markup:
    return Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8"))


def _policy() -> str:
    """Return what the page may do: show its own style and nothing else; no script at all, none from a name either."""
    mark = b64encode(sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{mark}'; base-uri 'none'; form-action 'none'"

"""Pictures of the page and the brief for the README, as an installed Chromium shows them: `make pictures`, or
`python -m tools.pictures FOLDER` with the folder of a finished run.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from sim.pages.rendered import BRIEF, CHINESE, ENGLISH, PAGE

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Picture:
    """One picture: its file, what is opened, in which language, and how large the window is, in pixels."""

    name: str
    file: str
    language: str
    size: tuple[int, int]


PICTURES = (
    Picture("page-en.png", PAGE, ENGLISH, (1000, 1250)),
    Picture("page-zh.png", PAGE, CHINESE, (1000, 1250)),
    Picture("brief-zh.png", BRIEF, CHINESE, (794, 1123)),
    Picture("phone-zh.png", PAGE, CHINESE, (390, 844)),
)


def chromium() -> str | None:
    """Return the path of an installed browser, None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def draw(folder: Path, browser: str, into: Path = FOLDER) -> list[Path]:
    """Draw every picture of a finished folder, and return the files."""
    from playwright.sync_api import sync_playwright

    drawn = []
    with sync_playwright() as driver:
        window = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            page = window.new_page(viewport={"width": picture.size[0], "height": picture.size[1]})
            page.goto((folder / picture.file).resolve().as_uri())
            page.check(f"#show-{picture.language}")
            page.screenshot(path=into / picture.name)
            drawn.append(into / picture.name)
        window.close()
    return drawn


def main() -> int:
    """Draw the pictures of a folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path, help="of a finished run, like outputs/world-500-2025-seed1")
    folder = parser.parse_args().folder
    browser = chromium()
    if not (folder / PAGE).is_file():
        print(f"{folder}: holds no {PAGE}; run 'clustersim page {folder}' first", file=sys.stderr)
        return 2
    if browser is None:
        print("no Chromium is installed here; apt-get install chromium fonts-wqy-zenhei", file=sys.stderr)
        return 2
    for path in draw(folder, browser):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A real browser, where the machine has one: an installed Chromium, driven by playwright. Where it is absent each test
that needs it says so, and the rest still runs.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tools.pictures import chromium

HOW = "apt-get install chromium fonts-wqy-zenhei, and pip install -e '.[test]'"
PHONE, DESK = (390, 844), (1200, 900)
# It looks for updates and signs in, which no page asked for.
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# A character without a glyph looks like one that no font has, since no letter has its number. 8,203 has no width.
_MISSING = """text => {
  const canvas = document.createElement('canvas'), size = 24;
  canvas.width = canvas.height = 2 * size;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const family = getComputedStyle(document.body).fontFamily;
  const drawn = letter => {
    pen.clearRect(0, 0, 2 * size, 2 * size);
    pen.font = `${size}px ${family}`;
    pen.fillText(letter, 4, 1.5 * size);
    return Array.from(pen.getImageData(0, 0, 2 * size, 2 * size).data).join();
  };
  const none = drawn('\\u0378');
  return [...new Set(text)].filter(letter => letter.trim() && drawn(letter) === none);
}"""


@contextmanager
def driven():
    """What drives browsers; one at a time."""
    playwright = pytest.importorskip("playwright.sync_api", reason=f"no playwright: {HOW}")
    if not chromium():
        pytest.skip(f"no page was looked at, this machine has no Chromium: {HOW}")
    with playwright.sync_playwright() as driver:
        yield driver


@contextmanager
def running(driver, **environment):
    """A browser that runs as long as it is looked at."""
    browser = driver.chromium.launch(executable_path=chromium(), args=[*QUIET], env={**os.environ, **environment})
    yield browser
    browser.close()


@dataclass
class Seen:
    """A page that was opened, what it asked for and what it complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def missing(self, text):
        """Letters of a text that no font of this browser has."""
        return self.page.evaluate(_MISSING, text)

    def text(self):
        """What a reader sees, as text."""
        return self.page.inner_text("body")

    def overflow(self):
        """By how many pixels it is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@contextmanager
def opened(browser, path, size=DESK):
    """A file opened as by double click, in a window of this width and height."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    seen = Seen(context.new_page())
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("dialog", lambda dialog: (seen.complaints.append(dialog.message), dialog.dismiss()))
    seen.page.goto(Path(path).resolve().as_uri())
    yield seen
    context.close()


def without_chinese_fonts(folder):
    """Settings under which a browser finds no Chinese font: fonts of a single folder that has none."""
    config = Path(folder) / "fonts.conf"
    latin = next((d for d in map(Path, _LATIN) if d.is_dir()), None)
    if latin is None:
        pytest.skip(f"no folder of Latin fonts alone to compare with: {', '.join(_LATIN)}")
    config.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{latin}</dir>'
        f"<cachedir>{folder}/cache</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(config)}


_LATIN = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/truetype/liberation")

"""Recipes of a page: what each tells the reader to write, to add and to run, read from the page itself.

A block of code belongs to the line before it, which says where it goes; a block of commands says itself what it prints.
"""

import re
import shlex
import shutil
import sys
from dataclasses import dataclass, field
from itertools import pairwise

from tests.throw_away import QUIET, python, run

WRITE = re.compile(r"New file `(?P<path>[^`]+)`")
REPLACE = re.compile(r"Replace `(?P<path>[^`]+)`")
APPEND = re.compile(r"[Aa]ppend to `(?P<path>[^`]+)`")
CHANGE = re.compile(r"In `(?P<path>[^`]+)`")
LINK = re.compile(r"\]\(#([\w-]+)\)")
LEFT_OUT = "..."


@dataclass
class Recipe:
    """One section of the page: its steps in order, and the recipes that it begins with.

    A step is a function of the folder in which the recipe is followed; `runs` marks those that start a
    program.
    """

    steps: list = field(default_factory=list)
    begins_with: list = field(default_factory=list)

    def follow(self, folder, commands=True):
        for step, runs in self.steps:
            if commands or not runs:
                step(folder)


def recipes(text):
    """Return the recipes of a page by the anchors of their headings; what stands above the first has none.

    Raises:
        ValueError: if a block does not say where it goes.
    """
    found, said, block = {}, "", None
    recipe = found[""] = Recipe()
    for number, line in enumerate(text.splitlines(), 1):
        if block is not None:
            if line == "```":
                recipe.steps += steps_of(block, said, number)
                block = None
            else:
                block.append(line)
        elif line.startswith("```"):
            block = []
        elif line.startswith("## "):
            recipe = found[line[3:].lower().replace(" ", "-")] = Recipe()
        elif line:
            said = line
            recipe.begins_with += LINK.findall(line)
    return found


def steps_of(block, said, number):
    """Return the steps of a block of lines: (function, whether it starts a command)."""
    if block and block[0].startswith("$ "):
        starts = [i for i, line in enumerate(block) if line.startswith("$ ")] + [len(block)]
        return [
            (command(block[a][2:], block[a + 1 : b]), not block[a].startswith("$ cp ")) for a, b in pairwise(starts)
        ]
    text = "".join(f"{line}\n" for line in block)
    for pattern, change in ((WRITE, write), (REPLACE, replace), (APPEND, append), (CHANGE, insert)):
        if where := pattern.search(said):
            return [(change(text, **where.groupdict()), False)]
    raise ValueError(f"line {number}: the line before this block does not say where it goes: {said}")


def write(text, path):
    def step(folder):
        assert not (folder / path).exists(), f"{path} is there already"
        (folder / path).write_text(text, encoding="utf-8")

    return step


def replace(text, path):
    def step(folder):
        assert (folder / path).exists(), f"{path} is not there"
        (folder / path).write_text(text, encoding="utf-8")

    return step


def append(text, path):
    def step(folder):
        with (folder / path).open("a", encoding="utf-8", newline="") as file:
            file.write(text)

    return step


def insert(text, path):
    """Put lines marked by a plus between those around them, which the file must hold once; `@@` parts places."""

    def step(folder):
        content = (folder / path).read_text(encoding="utf-8")
        for place in text.split("@@\n"):
            lines = place.splitlines(keepends=True)
            around = "".join(line[1:] for line in lines if not line.startswith("+"))
            assert content.count(around) == 1, f"{path} holds {content.count(around)} times:\n{around}"
            content = content.replace(around, "".join(line[1:] for line in lines))
        (folder / path).write_text(content, encoding="utf-8")

    return step


def command(text, expected):
    """Run a command and hold what it prints against what the page says, line by line; dots stand for any lines, and
    columns may be drawn wider.
    """

    def step(folder):
        program, *arguments = shlex.split(text)
        said = RUNNERS[program](folder, *arguments)
        lines = ("(?:.*\n)*?" if line == LEFT_OUT else re.escape(narrow(line)) + "\n" for line in expected)
        assert re.fullmatch("".join(lines), narrow(said)), f"$ {text}\n{said}"

    return step


def narrow(text):
    return re.sub(r"[ \t]+", " ", text)


def _copy(folder, *arguments):
    _, source, target = arguments
    shutil.copytree(folder / source, folder / target)
    return ""


def make(folder, *targets):
    """Do what the Makefile says of some targets, with this Python in place of that of its environment."""
    rules = (folder / "Makefile").read_text(encoding="utf-8")
    python = f"{shlex.quote(sys.executable)} {' '.join(QUIET)}"
    for target in targets:
        (line,) = re.findall(rf"^{target}: .*\n\t@(.*)\n\n", rules, re.MULTILINE)
        line = line.replace("$(RUN)/clustersim", f"{python} cli.py").replace("$(RUN)/python", python)
        run(folder, ["sh", "-c", line])
    return ""


RUNNERS = {
    "make": make,
    "clustersim": lambda folder, *arguments: python(folder, "cli.py", *arguments),
    "python": python,
    "cp": _copy,
}

"""Sources as trees, each parsed once however many tests look at it. Who looks changes nothing."""

import ast
from functools import cache
from pathlib import Path


@cache
def tree_of(source):
    """The tree of a file, or of a text."""
    return ast.parse(source.read_text(encoding="utf-8") if isinstance(source, Path) else source)


@cache
def nodes_of(source):
    """All nodes of a file or a text, in the order of `ast.walk`."""
    return tuple(ast.walk(tree_of(source)))

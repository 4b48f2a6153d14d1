"""Every recipe of docs/extending.md works as it is written, and the house asks for nothing that it does not say."""

import pytest

from tests.recipes import recipes
from tests.throw_away import HOUSE, bare_copy

PAGE = recipes((HOUSE / "docs" / "extending.md").read_text(encoding="utf-8"))
EVERY = pytest.mark.parametrize("name", PAGE)


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Return a function that returns a copy in which a recipe was followed, its commands run."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = folder = bare_copy(
                tmp_path_factory.mktemp(name), "sim", "scenarios", "tests", "docs", "tools", "benchmarks"
            )
            for first in PAGE[name].begins_with:
                PAGE[first].follow(folder, commands=False)
            PAGE[name].follow(folder)
        return made[name]

    return of


@EVERY
def test_a_recipe_does_what_the_page_says(copies, name):
    copies(name)

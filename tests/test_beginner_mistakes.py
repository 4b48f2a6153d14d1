"""Hundreds of mistakes, one at a time: each ends with exit code 2 before the first run, in one line that names the
file or option, the place, and the right thing to write.
"""

import re
from collections import Counter

import pytest
from click.testing import CliRunner

import cli
from tests import mistakes
from tests.mistakes import all_mistakes

_WORDS = ("write", "like", "use", "keep", "leave", "begin with", "save it", "close", "check", "run it", "is not one of")
REMEDY = re.compile(rf"did you mean '|from [-\d.]+ to |\b(?:{'|'.join(_WORDS)}) |is missing; .* lists all")
MAKERS = (
    mistakes.of_levers,
    mistakes.of_keys,
    mistakes.of_numbers,
    mistakes.of_targets,
    mistakes.of_options,
    mistakes.of_files,
    mistakes.of_designs,
)


def lacks(mistake, folder):
    """Return what the answer to a mistake lacks, and the answer."""
    for name, data in mistake.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    found = CliRunner().invoke(cli.main, list(mistake.words))
    line = found.output
    wanted = [part for part in (mistake.named, *mistake.part) if part not in line]
    wanted += ["exit code 2"] * (found.exit_code != 2) + ["one line"] * (line.count("\n") != 1)
    wanted += ["file or option first"] * (mistake.named not in ":".join(line.split(":")[1:3]))
    wanted += ["what to write"] * (REMEDY.search(line) is None)
    return wanted and f"{' '.join(mistake.words)} lacks {wanted}: {line[:300]}"


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_each_mistake_is_one_line_with_file_or_option_place_and_what_to_write(maker, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = list(maker())
    assert [told for mistake in made if (told := lacks(mistake, tmp_path))] == []
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {name.partition("/")[0] for mistake in made for name in mistake.files}  # and nothing is written


def test_there_are_hundreds_of_mistakes_of_every_kind_and_no_two_alike():
    made = [(mistake.words, *sorted(mistake.files.items())) for mistake in all_mistakes()]
    assert len(set(made)) == len(made) > 600
    commands = Counter(words[0] for words, *_ in made)
    assert {"check", "show", "run", "sweep", "search", "compare", "levers", "clusters"} <= commands.keys()

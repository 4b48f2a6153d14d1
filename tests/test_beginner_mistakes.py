"""Hundreds of mistakes, one at a time: each ends with exit code 2 before the first run, in one line that names the
file or option, the place, and the right thing to write.
"""

import re
import time
from collections import Counter

import pytest
from click.testing import CliRunner

import cli
from tests import mistakes
from tests.mistakes import all_mistakes

_WORDS = ("write", "like", "use", "keep", "leave", "begin with", "save it", "close", "check", "run it", "is not one of")
REMEDY = re.compile(rf"did you mean '|from [-\d.]+ to |\b(?:{'|'.join(_WORDS)}) |is missing; .* lists all")
MAKERS = {  # and which share of the mistakes is tried where all would take long
    mistakes.of_levers: 20,
    mistakes.of_keys: 5,
    mistakes.of_numbers: 5,
    mistakes.of_targets: 8,
    mistakes.of_options: 4,
    mistakes.of_files: 3,
    mistakes.of_designs: 3,
}


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


def lacking(made, folder):
    """Return what each answer lacks."""
    told = [said for mistake in made if (said := lacks(mistake, folder))]
    left = {path.name for path in folder.iterdir()}
    return told + sorted(left - {name.partition("/")[0] for mistake in made for name in mistake.files})  # and no folder


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_a_mistake_is_one_line_with_file_or_option_place_and_what_to_write(maker, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lacking(list(maker())[:: MAKERS[maker]], tmp_path) == []


@pytest.mark.slow
def test_every_mistake_is_one_line_with_file_or_option_place_and_what_to_write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made, slow = all_mistakes(), {}
    for mistake in made:
        begun = time.process_time()
        assert not (told := lacks(mistake, tmp_path)), told
        slow[" ".join(mistake.words)] = time.process_time() - begun
    said = max(slow, key=slow.__getitem__)
    print(f"{len(made)} mistakes, {sum(slow.values()) / len(made):.3f} seconds each; {slow[said]:.2f} for {said}")
    assert slow[said] < 1.0


def test_there_are_hundreds_of_mistakes_of_every_kind_and_no_two_alike():
    made = [(mistake.words, *sorted(mistake.files.items())) for mistake in all_mistakes()]
    assert len(set(made)) == len(made) > 600
    commands = Counter(words[0] for words, *_ in made)
    assert {"check", "show", "run", "sweep", "search", "compare", "levers", "clusters"} <= commands.keys()

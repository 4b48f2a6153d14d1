"""Whatever a user names as a file, and whatever stands in it, costs one short line and no time: no traceback, nothing
that moves a terminal, no name that another system cannot hold.
"""

import json
import os
import re
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml.parser import Parser

from cli import main
from sim.scenario.formats import yaml
from sim.scenario.naming import unfit
from sim.scenario.reading import load
from sim.tables.printable import hidden, printable

HEAD = "name: x\ntitle: {en: a, zh: 甲}\nquestion: {en: a, zh: 甲}\nsources: [a]\n"
KEY = "a" * 90_000
QUICK = 0.5  # seconds of computing where other work slows it; alone it takes a third of this or less
ESCAPE, OVERRIDE = "\x1b", chr(0x202E)

TEXTS = {
    "more than 100 kB.yaml": HEAD + "# " + "x" * 200_000,
    "long key.yaml": f"{KEY}: 1\n",
    "long quoted key.yaml": f'{HEAD}"{KEY}": 1\n',
    "key of words.yaml": HEAD + "? " + "a b " * 20_000 + "\n: 1\n",
    "long key.json": json.dumps({KEY: 1}),
    "long key below.json": json.dumps({"name": "x", "policies": {KEY: {}}}),
    "long key.toml": f"{KEY}=1\n",
    "deep.yaml": "a: " + "[" * 40_000 + "]" * 40_000,
    "deep.json": '{"a":' + "[" * 40_000 + "]" * 40_000 + "}",
    "twenty-one deep.json": '{"a":' + "[" * 21 + "]" * 21 + "}",
    "deep.toml": "a=" + "[" * 40_000 + "]" * 40_000,
    "many values.yaml": "a: [" + "1," * 40_000 + "1]",
    "many keys.yaml": HEAD + "".join(f"k{i}: 1\n" for i in range(2_000)),
    "many keys.json": json.dumps({f"k{i}": i for i in range(5_000)}),
    "many keys.toml": "".join(f"k{i}=1\n" for i in range(6_000)),
    "blank lines.yaml": "\n" * 99_000,
    "comments.yaml": "# a\n" * 22_000,
    "aliases.yaml": "a: &a [1,1]\n" + "".join(f"b{i}: [*a, *a]\n" for i in range(1_000)),
    "large number.yaml": HEAD + "parameters: {payout: 1" + "0" * 5_000 + "}\n",
    "large number.json": '{"name": "x", "parameters": {"payout": 1' + "0" * 5_000 + "}}",
    "whole number too large to compute with.json": json.dumps({"name": "x", "parameters": {"payout": 10**400}}),
    "large number.toml": "name='x'\n[parameters]\npayout=1" + "0" * 4_000,
    "long value.yaml": f'{HEAD}parameters: {{payout: "{KEY}"}}\n',
    "long amount.yaml": f'{HEAD}policies: {{policy_fund: {{amount_a_year: "{"1" * 90_000} yuan"}}}}\n',
    "long base.yaml": f'{HEAD}extends: "{KEY}"\n',
    "long register.yaml": f'{HEAD}firms: "{KEY}.csv"\n',
}


def _said(*words):
    begun = time.process_time()
    result = CliRunner().invoke(main, words)
    return result.exit_code, result.output, time.process_time() - begun


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    _said("check", "baseline-2022")
    _said("sweep", "no-policy", "--dry-run", "--design", "nothing.csv")


def _refused(*words):
    """Return what is said of words that are refused at once, in short lines."""
    code, output, seconds = _said(*words)
    assert (code, seconds < QUICK) == (2, True), (code, seconds, output[:200])
    assert output.startswith("error: ")
    assert all(len(line) < 400 for line in output.splitlines())
    assert hidden(output) == ""
    return output


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_without_end_depth_or_measure_costs_a_short_line_and_no_time(tmp_path, name):
    (tmp_path / name).write_text(TEXTS[name], encoding="utf-8")
    output = _refused("check", str(tmp_path / name))
    if name.startswith(("many", "blank", "comments", "key of words")):
        assert re.search(r"more than (2,000 values|15,000 words and lines); a scenario is one short file\n$", output)


@pytest.mark.parametrize("ending", ["yaml", "json", "csv"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_is_not_opened(tmp_path, kind, ending):
    path = tmp_path / f"a.{ending}"
    {"pipe": os.mkfifo, "folder": Path.mkdir, "device": lambda path: path.symlink_to("/dev/zero")}[kind](path)
    words = ("sweep", "no-policy", "--dry-run", "--design") if ending == "csv" else ("check",)
    assert "cannot be read (it is a folder, a pipe or a device)" in _refused(*words, str(path))


def test_a_design_larger_than_is_read_or_with_an_endless_cell_is_refused(tmp_path):
    for text, said in (("a\n" + "1\n" * 6_000_000, "larger than 10 MB"), ("a" * 200_000 + "\n1\n", "is not a table")):
        path = tmp_path / "design.csv"
        path.write_text(text, encoding="utf-8")
        assert said in _refused("sweep", "no-policy", "--dry-run", "--design", str(path))


@pytest.mark.parametrize("mark", [ESCAPE, OVERRIDE, "\x07", "\x9b", "\u2066", "\r", "\u2028"])
@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("title.en", {"title": {"en": "a@@b", "zh": "甲"}}),
        ("question.zh", {"question": {"en": "a", "zh": "甲@@"}}),
        ("sources.0", {"sources": ["@@"]}),
        ("name", {"name": "x@@"}),
        ("variants", {"variants": {"v@@": {}}}),
        ("variants.v.title.en", {"variants": {"v": {"title": {"en": "@@", "zh": "甲"}}}}),
        ("", {"k@@": 1}),
    ],
)
def test_what_is_not_seen_and_acts_is_refused_wherever_a_text_or_a_key_may_stand(tmp_path, mark, place, written):
    whole = {"name": "x", "title": {"en": "a", "zh": "甲"}, "question": {"en": "a", "zh": "甲"}, "sources": ["a"]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(whole | written).replace("@@", json.dumps(mark)[1:-1]), encoding="utf-8")
    output = _refused("check", str(path))
    assert f"{place}" in output
    assert f"holds U+{ord(mark):04X}, which is not seen; write " in output


def test_what_is_not_seen_in_the_name_of_a_file_is_written_out(tmp_path):
    path = tmp_path / f"a{ESCAPE}[31m{OVERRIDE}.yaml"
    assert r"a\x1b[31m\u202e.yaml: cannot be read" in _refused("check", str(path))
    path.write_text(HEAD, encoding="utf-8")
    code, output, _ = _said("check", str(path))
    assert (code, hidden(output)) == (0, "")
    assert r"a\x1b[31m\u202e.yaml: fine" in output


def test_commands_print_in_one_place_only():
    printing = re.compile(r"\b(click\.(echo|secho)|print)\(")
    found = [path.name for path in Path("sim").rglob("*.py") if printing.search(path.read_text(encoding="utf-8"))]
    assert found == ["say.py"]
    assert printable(f"a{ESCAPE}[1m\n甲\t{OVERRIDE}") == "a\\x1b[1m\n甲\t\\u202e"


def test_a_title_of_several_lines_is_told_in_one(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(HEAD.replace("{en: a, zh: 甲}", "\n  en: |\n    a\n    b\n  zh: 甲", 1), encoding="utf-8")
    assert load(path).title.en == "a b"


@pytest.mark.parametrize("name", ["CON", "con", "nul.yaml-1", "Com1", "LPT9.a", "a.", "a b", "a/b", "..", "x\n", ""])
def test_a_name_that_some_system_cannot_hold_is_refused_with_what_to_write(tmp_path, name):
    assert unfit(name)
    for written in ({"name": name}, {"variants": {name: {}}}):
        whole = {"name": "x", "title": {"en": "a", "zh": "甲"}, "question": {"en": "a", "zh": "甲"}, "sources": ["a"]}
        path = tmp_path / "a.json"
        path.write_text(json.dumps(whole | written), encoding="utf-8")
        assert f"{unfit(name)}\n" in _refused("check", str(path))


def test_a_name_fits_a_folder_with_what_is_written_beside_it():
    assert unfit("a" * 64) == unfit("钢" * 64) == unfit("v1.2") == unfit("consul") == ""
    assert unfit("𠀀" * 64) == "it takes 256 bytes of 200; write a shorter one"
    assert unfit("a" * 65) == "use letters, digits, . - and _, at most 64"


def test_a_text_is_parsed_once(monkeypatch):
    """The parser is written in Python: it takes most of the time that reading a scenario takes."""
    begun, begin = [], Parser.parse_stream_start
    monkeypatch.setattr(Parser, "parse_stream_start", lambda parser: begun.append(parser) or begin(parser))
    assert yaml("a: [1, {b: c}]\n", "once.yaml")[0] == {"a": [1, {"b": "c"}]}
    assert len(begun) == 1

"""What stands in the project belongs to it: nothing of a machine that it was worked on, nothing that a test left."""

import re
import subprocess

import pytest

from tests.test_house import ROOT

# each is put together, so that this file holds none
OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:root|work|home|Users)/\w|" + "site-" + "packages|" + "Traceback " + r"\(most")


@pytest.fixture(scope="module")
def tracked():
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("File '/" + "home/somebody/x.py'", True),
        ("lib/python3.12/site-" + "packages/mesa", True),
        ("/" + "root/x", True),
        ("`/" + "home` and a/" + "work/b and https://example.org/" + "home/page", False),
    ],
)
def test_a_path_of_a_machine_is_known_from_an_address_and_a_word(text, holds):
    assert bool(OF_A_MACHINE.search(text)) is holds


def test_no_file_of_the_project_holds_a_path_of_a_machine_or_a_traceback(tracked):
    found = {}
    for path in tracked:
        if path.is_file() and b"\0" not in (data := path.read_bytes()):
            held = OF_A_MACHINE.search(data.decode("utf-8", errors="replace"))
            found |= {path.name: held[0]} if held else {}
    assert found == {}


def test_no_report_of_an_error_is_a_file_of_the_project(tracked):
    assert not [path.name for path in tracked if path.name.startswith("clustersim-error")]
    ignored = subprocess.run(["git", "check-ignore", "-q", "clustersim-error-1.txt"], cwd=ROOT, check=False)
    assert ignored.returncode == 0

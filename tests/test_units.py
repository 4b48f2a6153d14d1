"""Yuan, fen, yi, wan and per cent: what turns one into another is written in `sim.tables.units` alone."""

import ast
import math
from pathlib import Path

import pytest

import sim
from sim.tables import units
from sim.tables.catalogue import outcomes
from tests.parsed import nodes_of

ROOT = Path(sim.__file__).parent
TURNS = (-8, -6, -4, -3, -2, 2, 3, 4, 6, 8)  # powers of ten that turn a unit into another; smaller ones are tolerances


def _turns(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value > 0):
        return False
    power = math.log10(node.value)
    return abs(power - round(power)) < 1e-12 and round(power) in TURNS


def bare_conversions(source: str | Path) -> list[str]:
    """Return what multiplies or divides by a bare power of ten, hands one on as a factor, or gives it a name that
    speaks of a unit.
    """
    found = []
    for node in nodes_of(source):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv | ast.Pow):
            parts, read = [node.left, node.right], True
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult | ast.Div):
            parts, read = [node.value], True
        elif isinstance(node, ast.Call):  # the defaults of levers say their unit by their type
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            parts, read = (
                [a for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, float)],
                called not in ("Field", "constant"),
            )
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            parts = [node.value]
            read = any(
                word in node.targets[0].id.split("_") for word in ("PER", "YI", "FEN", "WAN", "MILLION", "BN", "CENT")
            )
        else:
            continue
        if read and any(_turns(part) for part in parts):
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize(
    "path", sorted(p for p in ROOT.rglob("*.py") if p.name != "units.py"), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_no_other_file_turns_units_by_a_number_of_its_own(path):
    assert bare_conversions(path) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = fen / 1e8",
        "x = fen / 100_000_000",
        "x = yuan * 1_000_000",
        "x = 0.01 * million",
        "x /= 100.0",
        "band(tce, 1e-4)",
        "_YI = 100.0",
        "_PER_CENT = 100",
        "x = bn * 10**3 * 1000",
        "x = round(part * 100)",
    ],
)
def test_the_scan_sees_them(line):
    assert bare_conversions(line)


@pytest.mark.parametrize(
    "line",
    [
        "most = 1_000_000",
        "x = max(y, 1e-9)",
        "x = y / 4.0",
        "x: Money = Field(10_000.0)",
        "x = click.IntRange(1, 1_000_000)",
    ],
)
def test_the_scan_lets_what_is_no_conversion_pass(line):
    assert bare_conversions(line) == []


def test_the_units_agree_with_one_another():
    """A yi is a hundred million yuan, a wan ten thousand, a fen a hundredth of a yuan."""
    assert units.MONEY["亿元"] == units.MILLION_PER_YI == 100e6 * units.MONEY["元"]
    assert units.MONEY["万元"] == pytest.approx(1e4 * units.MONEY["元"])
    assert units.MONEY["万亿元"] == 1e4 * units.MONEY["亿元"]
    assert units.MILLION_PER_YI * units.YI_PER_MILLION == units.TCE_PER_WAN * units.WAN_PER_TCE == 1.0
    assert round(100.0 / units.MONEY["元"]) == units.FEN_PER_MILLION
    assert units.ENERGY["万tce"] == units.ENERGY["万吨标准煤"] == units.TCE_PER_WAN


def test_an_outcome_is_shown_by_the_factor_of_its_unit():
    """`read_factor` of the table of outcomes is what its two units say."""
    held = {"million yuan": units.MONEY, "tce": units.ENERGY}
    seen = set()
    for name, outcome in outcomes().items():
        known = next(
            (of for unit, of in held.items() if outcome.unit == unit or outcome.unit.startswith(f"{unit} at ")), None
        )
        if known and outcome.read_unit in known:
            assert outcome.read_factor == pytest.approx(1.0 / known[outcome.read_unit]), name
            seen.add(outcome.read_unit)
        if outcome.read_unit == "%":
            assert outcome.read_factor == units.PER_CENT, name
            seen.add("%")
    assert "亿元" in seen, seen

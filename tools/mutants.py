"""Small faults that could be written by mistake, found in a source by its syntax tree: one `Mutant` is one changed
expression or statement.

Text for people (docstrings, messages, f-strings), types, decorators (which declare columns) and `if TYPE_CHECKING` are
left alone; so is what would fail at once for want of a name. Bodies of compiled functions are source like any other.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_TWINS = {"min": "max", "minimum": "maximum", "any": "all", "floor": "ceil"}
_TWINS |= {twin: name for name, twin in _TWINS.items()}
_TIMES = {
    "year",
    "quarter",
    "season",
    "number",
    "BASE_YEAR",
}  # names of what a count of years or quarters can be added to
_UNTOUCHED = (ast.JoinedStr, ast.Raise, ast.Assert, ast.Import, ast.ImportFrom)
_STATEMENTS = ("statement removed", "assignment")
_FORMAL = {"strict", "dtype", "frozen", "slots", "kind", "axis"}  # keywords of form, not of sense


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file: bytes `begin` to `end` of it become `text`.

    Attributes:
        line, last: first and last line of what changes. within: name of the function around it.
            kind: the kind of fault.
        before, after: those lines without and with the change, on one line each.
    """

    file: str
    line: int
    last: int
    begin: int
    end: int
    within: str
    kind: str
    text: str
    before: str
    after: str

    @property
    def name(self) -> tuple[str, str, str, str]:
        """What tells it from others wherever its file lies: file name, function, lines before and after."""
        return Path(self.file).name, self.within, self.before, self.after

    def apply(self, source: bytes) -> bytes:
        """Return the changed source; every line keeps its number."""
        return source[: self.begin] + _put(self.text, source[self.begin : self.end], self.kind) + source[self.end :]


@cache
def mutants(file: str, source: bytes) -> tuple[Mutant, ...]:
    """Return every mutant of a source, in the order of its text."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tree, found = ast.parse(source), []
    functions = [(n.lineno, n.end_lineno or 0, n.name) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    for node, kind, changed in _changes(tree):
        line, last = node.lineno, node.end_lineno or node.lineno
        begin, end = starts[line - 1] + node.col_offset, starts[last - 1] + (node.end_col_offset or 0)
        text, left, right = ast.unparse(changed), source[starts[line - 1] : begin], source[end : starts[last]]
        before, after = (
            _flat(left + middle + right) for middle in (source[begin:end], _put(text, source[begin:end], kind))
        )
        within = max(((first, name) for first, until, name in functions if first <= line <= until), default=(0, ""))[1]
        found.append(Mutant(file, line, last, begin, end, within, kind, text, before, after))
    return tuple(sorted(found, key=lambda m: (m.begin, m.end, m.kind, m.text)))


def _put(text: str, old: bytes, kind: str) -> bytes:
    kept = b"\n" * old.count(b"\n")
    return text.encode() + kept if kind in _STATEMENTS else b"(" + text.encode() + kept + b")"


def _flat(lines: bytes) -> str:
    return " ".join(lines.decode().split())


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str, ast.AST]]:
    """Yield (node, kind of fault, what takes its place) for a tree and all below it."""
    counted: set[ast.AST] = set()
    for node in _meant(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in _TIMES
            and isinstance(node.value, (ast.Name, ast.Attribute))
        ):
            counted.add(node.value)  # of `quarter.year` the year is moved, not the quarter as well
        if isinstance(node, ast.expr) and node not in counted:
            yield from ((node, kind, changed) for kind, changed in _expressions(node))
        elif isinstance(node, ast.stmt):
            yield from ((node, kind, changed) for kind, changed in _statements(node))
        tests = [node.test] if isinstance(node, (ast.If, ast.While, ast.IfExp)) else getattr(node, "ifs", [])
        yield from ((test, "condition negated", ast.UnaryOp(ast.Not(), test)) for test in tests if not _turns(test))
        if isinstance(node, (ast.FunctionDef, ast.Module)):
            yield from _removable(node)


def _meant(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree past what is text, type or form."""
    if isinstance(node, _UNTOUCHED) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
        return
    if isinstance(node, ast.keyword) and node.arg in _FORMAL:
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases", "ctx", "op", "ops"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _meant(child)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _turns(test: ast.expr) -> bool:
    """Tell whether another fault turns the condition round already."""
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot))
    return isinstance(test, ast.UnaryOp)


def _expressions(node: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        yield "operator", _with(node, op=_OPERATORS[type(node.op)]())
    if isinstance(node, ast.BoolOp):
        yield "operator", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        yield "boundary", _with(node, ops=[_COMPARISONS[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, ast.UnaryOp):
        yield "sign", node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        yield "constant", ast.Constant(_other(node.value))
    if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
        yield from _renamed(node)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "where"
        and len(node.args) == 3
    ):
        test, one, other = node.args
        yield "condition negated", _with(node, args=[test, other, one])


def _renamed(node: ast.Name | ast.Attribute) -> Iterator[tuple[str, ast.AST]]:
    field, name = ("id", node.id) if isinstance(node, ast.Name) else ("attr", node.attr)
    if name in _TWINS:
        yield "twin", _with(node, **{field: _TWINS[name]})
    if name in _TIMES:
        yield from (("time", ast.BinOp(node, ast.Add(), ast.Constant(step))) for step in (1, -1))


def _other(value: bool | int | float) -> bool | int | float:
    if isinstance(value, bool):
        return not value
    if value in (0, 1):
        return type(value)(1 - value)
    return value + 1 if isinstance(value, int) else 2.0 * value


def _statements(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.AugAssign) and type(node.op) in _OPERATORS:
        yield "assignment", _with(node, op=_OPERATORS[type(node.op)]())


def _removable(scope: ast.FunctionDef | ast.Module) -> Iterator[tuple[ast.stmt, str, ast.AST]]:
    """Yield statements of a function without which every name is still bound: calls, stores, steps, `continue`, a
    second binding.
    """
    bound = {a.arg for a in ast.walk(scope) if isinstance(a, ast.arg)}
    for node in (n for n in _meant(scope) if isinstance(n, ast.stmt) and n is not scope):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {
                n.id
                for target in targets
                for n in ast.walk(target)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
            if names <= bound and isinstance(scope, ast.FunctionDef):
                yield node, "statement removed", ast.Pass()
            bound |= names
        elif isinstance(scope, ast.FunctionDef) and _is_step(node):
            yield node, "statement removed", ast.Pass()


def _is_step(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    return isinstance(node, (ast.AugAssign, ast.Continue, ast.Break)) or (
        isinstance(node, ast.Return) and node.value is None
    )

"""Mutants of the agent: each changes one expression or statement of one function.

A mutant is made in a process that has imported everything: the functions of the module get the code of the changed
source, so that whoever holds them has the mutant. What a module does while it is imported is not changed.

Rule: mutants are numbered in the order of the source. A sample follows from its seed and the sources alone.
"""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import random
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODULES = ("decide", "online", "clean", "array", "journal", "lock", "dscli")
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True)
class Mutant:
    """A change of one place in a module of the agent."""

    module: str
    number: int
    """Its place among the mutants of the module."""
    line: int
    function: str
    change: str

    @property
    def name(self) -> str:
        """`decide 12`."""
        return f"{self.module} {self.number}"


def source_of(module: str) -> str:
    """The text of a module of the agent."""
    return Path(inspect.getsourcefile(importlib.import_module(f"mirrordrill.agent.{module}")) or "").read_text()


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What can become of one node, in words and as a node."""
    new = copy.deepcopy(node)
    match new:
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            new.ops = [COMPARED[type(op)]()]
        case ast.BoolOp():
            new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        case ast.UnaryOp(op=ast.Not()):
            new = new.operand
        case ast.BinOp(op=op) if type(op) in COMPUTED and not _is_text(new):
            new.op = COMPUTED[type(op)]()
        case ast.Constant(value=bool()):
            new.value = not new.value
        case ast.Constant(value=int() | float()):
            new.value = new.value + 1
        case ast.If() | ast.While() | ast.IfExp():
            new.test = ast.UnaryOp(ast.Not(), new.test)
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Break() | ast.Continue():
            new = ast.Pass()
        case _:
            return
    yield f"{_text(node)} -> {_text(new)}", new


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(each, ast.JoinedStr) or isinstance(getattr(each, "value", None), str) for each in ast.walk(node)
    )


def _text(node: ast.AST) -> str:
    head = ast.unparse(node).splitlines()[0]
    return head if len(head) <= 70 else head[:67] + "..."


class _Replacer(ast.NodeTransformer):
    """Counts the places that can be changed inside functions, and changes the one with a number."""

    def __init__(self, wanted: int = -1) -> None:
        self._wanted = wanted
        self._stack: list[str] = []
        self.found: list[tuple[int, str, str]] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self._stack.append(node.name)
            node.body = [each if is_docstring(each) else self.visit(each) for each in node.body]
            self._stack.pop()
            return node
        if self._stack and isinstance(node, ast.stmt | ast.expr) and not isinstance(node, ast.AnnAssign):
            for change, new in _changes(node):
                self.found.append((node.lineno, ".".join(self._stack), change))
                if len(self.found) - 1 == self._wanted:
                    return ast.copy_location(new, node)
        return self.generic_visit(node)


def is_docstring(node: ast.AST) -> bool:
    """Whether a statement is one, if it is the first."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def mutants_of(module: str) -> list[Mutant]:
    """Every mutant of a module."""
    seen = _Replacer()
    seen.visit(ast.parse(source_of(module)))
    return [Mutant(module, number, *each) for number, each in enumerate(seen.found)]


def sample(seed: int, size: int, modules: tuple[str, ...] = MODULES) -> list[Mutant]:
    """So many of all mutants, the same for the same seed and the same sources."""
    every = [mutant for module in modules for mutant in mutants_of(module)]
    return sorted(random.Random(seed).sample(every, min(size, len(every))), key=lambda m: (m.module, m.number))


def put_in(mutant: Mutant) -> None:
    """Change the module of this process. There is no way back: use a child."""
    module = importlib.import_module(f"mirrordrill.agent.{mutant.module}")
    put_code(module, _Replacer(mutant.number).visit(ast.parse(source_of(mutant.module))))


def put_code(module: types.ModuleType, tree: ast.AST) -> None:
    """Give the functions of a module the code of its changed source."""
    code = compile(ast.fix_missing_locations(tree), str(module.__file__), "exec")
    codes = {each.co_qualname: each for each in _codes(code)}
    for function in _functions(module):
        if (new := codes.get(function.__code__.co_qualname)) is not None:
            function.__code__ = new


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            if not constant.co_flags & inspect.CO_NEWLOCALS or "<locals>" not in constant.co_qualname:
                yield from _codes(constant)


def _functions(module: types.ModuleType) -> Iterator[types.FunctionType]:
    for value in vars(module).values():
        if isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
            yield value
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for member in vars(value).values():
                inner = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
                if isinstance(inner, types.FunctionType):
                    yield inner

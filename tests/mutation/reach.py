"""Which lines of the agent a run comes to: what never comes to a changed line cannot tell a mutant from the agent.

The functions of the agent get code that notes each statement before it is carried out. A line inside a statement of
several lines counts as the statement's first.

Rule: the marks change nothing that an event log could show.
"""

from __future__ import annotations

import ast
import bisect
import importlib
import pkgutil
from types import ModuleType

import mirrordrill.agent
from tests.mutation.mutants import is_docstring, put_code, source_of

MARK = "_reached_here"
SCRIPTS = frozenset({"launcher"})
"""Modules that run where they are imported."""
Line = tuple[str, int]
"""Module, and the first line of a statement."""


class _Marker(ast.NodeTransformer):
    """Puts a mark in front of each statement of each function."""

    def __init__(self) -> None:
        self._is_inside = False
        self.lines: list[int] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        before, self._is_inside = self._is_inside, True
        self.generic_visit(node)
        self._is_inside = before
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if self._is_inside:
            for name in ("body", "orelse", "finalbody"):
                block = getattr(node, name, None)
                if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                    setattr(node, name, self._marked(block))
        return node

    def _marked(self, block: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for at, statement in enumerate(block):
            if not (at == 0 and is_docstring(statement)) and not isinstance(statement, ast.Nonlocal | ast.Global):
                self.lines.append(statement.lineno)
                called = ast.Call(ast.Name(MARK, ast.Load()), [ast.Constant(statement.lineno)], [])
                found.append(ast.copy_location(ast.Expr(called), statement))
            found.append(statement)
        return found


class Reach:
    """The statements that the agent of this process has come to. There is no way back: use a process of its own."""

    def __init__(self) -> None:
        self._seen: set[Line] = set()
        for each in pkgutil.iter_modules(mirrordrill.agent.__path__):
            if not each.ispkg and each.name not in SCRIPTS:
                self._mark(importlib.import_module(f"mirrordrill.agent.{each.name}"), each.name)

    def _mark(self, module: ModuleType, name: str) -> None:
        marker = _Marker()
        tree = marker.visit(ast.parse(source_of(name)))
        setattr(module, MARK, lambda line: self._seen.add((name, line)))
        put_code(module, tree)

    def taken(self) -> frozenset[Line]:
        """What was come to since this was asked last."""
        found = frozenset(self._seen)
        self._seen.clear()
        return found


def statement_of(module: str, line: int) -> Line:
    """The statement of a line."""
    marker = _Marker()
    marker.visit(ast.parse(source_of(module)))
    lines = sorted(set(marker.lines))
    return module, lines[max(0, bisect.bisect_right(lines, line) - 1)]

"""The source tree as the structure tests read it: every module once, parsed, its imports resolved."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
TESTS = ROOT / "tests"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the repository's root, its dotted name, its text and its tree."""

    path: str
    name: str
    text: str
    tree: ast.Module


def parse(path: str, text: str, *, name: str = "planted") -> Module:
    """A module from its text, for the tree's files and for planted ones."""
    return Module(path, name, text, ast.parse(text, path))


def modules(folder: Path, *, base: Path) -> list[Module]:
    """Every module below a folder; `base` is where its dotted name begins."""
    return [_read(path, base) for path in sorted(folder.rglob("*.py"))]


def _read(path: Path, base: Path) -> Module:
    parts = path.relative_to(base).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return parse(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"), name=name)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module: top-level ones, methods and nested ones alike."""
    for node in ast.walk(module.tree):
        if isinstance(node, FUNCTIONS):
            yield node


def texts(module: Module) -> Iterator[tuple[int, str]]:
    """Every string that is not a docstring, with its line; the fixed parts of f-strings included."""
    docstrings = {id(node) for node in _docstrings(module.tree)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) and ast.get_docstring(node):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def imports(module: Module, known: set[str]) -> Iterator[tuple[int, str]]:
    """Every import as (line, module), absolute (relative ones are banned by ruff).

    `from a.b import c` counts as `a.b.c` where that is a module in `known`, and as `a.b` otherwise.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield node.lineno, full if full in known else node.module

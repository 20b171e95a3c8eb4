"""What the tree promises about its own shape: sizes, names, SQL, clocks, docstrings, no test left out.

Each rule is a function from a module to its violations. It is applied to the whole tree, and proved on two
planted texts: one it has to refuse and one it has to let through.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from tests.promises.source import FUNCTIONS, SRC, TESTS, Module, functions, modules, parse, texts

FILE_LINES = 400
FUNCTION_LINES = 40

VAGUE_WORDS = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

# Files whose public functions explain themselves; elsewhere modules and classes do.
EXPLAINED = {"__init__", "actions", "api", "queries", "rules"}

# Modules that read the machine's clock, each with its reason. Everybody else asks sello.shared.clock.
CLOCK_READERS = {
    "src/sello/shared/clock.py": "it is the clock",
}

# Calls that read the present moment. Stopwatches (time.monotonic, time.perf_counter) are free.
MOMENT_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}

# now() is the moment the transaction began: behind a lock that was waited for, it lies. app_now() does not.
BARE_MOMENT = re.compile(
    r"(?<![\w.])(?:now|clock_timestamp|transaction_timestamp|statement_timestamp)\s*\(\s*\)"
    r"|(?<!\w)(?:current_timestamp|current_date|current_time|localtimestamp|localtime)(?!\w)"
    r"|'(?:now|today)'\s*::",
    re.IGNORECASE,
)

SQL_BEGINS = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*"
    r"(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|MERGE INTO|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE"
    r"|SET|LISTEN|NOTIFY|COPY|VACUUM|ANALYZE|LOCK TABLE|CALL)\s"
)


def file_cap(module: Module) -> Iterator[str]:
    """Every line counts, blank ones and comments too."""
    lines = len(module.text.splitlines())
    if lines > FILE_LINES:
        yield f"{module.path}: {lines} lines, at most {FILE_LINES}"


def function_cap(module: Module) -> Iterator[str]:
    """From `def` to the last line, nested functions included; docstring and decorators are free."""
    for function in functions(module):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if ast.get_docstring(function, clean=False) is not None:
            docstring = function.body[0]
            lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
        if lines > FUNCTION_LINES:
            where = f"{module.path}:{function.lineno}"
            yield f"{where}: {function.name} has {lines} lines, at most {FUNCTION_LINES}"


def telling_name(module: Module) -> Iterator[str]:
    """A module is named for what it holds; a drawer for odds and ends is not a module."""
    for part in module.path.removesuffix(".py").split("/"):
        if VAGUE_WORDS & set(part.split("_")):
            yield f"{module.path}: the name '{part}' tells nothing"


def one_sql_clock(module: Module) -> Iterator[str]:
    """SQL asks app_now(), which tests can move and which does not stand still while a lock is waited for."""
    for line, text in texts(module):
        for found in BARE_MOMENT.findall(text):
            yield f"{module.path}:{line}: {found} in SQL; write app_now()"


def one_clock(module: Module) -> Iterator[str]:
    """Code asks clock.now()."""
    if module.path in CLOCK_READERS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _last_two(node.func) in MOMENT_CALLS:
            yield f"{module.path}:{node.lineno}: {ast.unparse(node)}; ask sello.shared.clock"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if f"time.{alias.name}" in MOMENT_CALLS:
                    yield f"{module.path}:{node.lineno}: time.{alias.name}; ask sello.shared.clock"


def _last_two(function: ast.expr) -> str:
    return ".".join(ast.unparse(function).split(".")[-2:])


def literal_sql(module: Module) -> Iterator[str]:
    """No SQL from an f-string, from str.format or from %; values travel as parameters."""
    for node in ast.walk(module.tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            text = _constant(node.left)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            text = _constant(node.func.value)
        if SQL_BEGINS.match(text):
            yield f"{module.path}:{getattr(node, 'lineno', 0)}: SQL is put together from pieces"


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def docstrings(module: Module) -> Iterator[str]:
    """Modules and public classes say what they are; so do the public functions of the files in EXPLAINED."""
    if not ast.get_docstring(module.tree):
        yield f"{module.path}: the module has no docstring"
    stem = module.path.rsplit("/", 1)[-1].removesuffix(".py")
    kinds = (ast.ClassDef, *FUNCTIONS) if stem in EXPLAINED else (ast.ClassDef,)
    for node in module.tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{module.path}:{node.lineno}: {node.name} has no docstring"


def finished(module: Module) -> Iterator[str]:
    """What is in the tree works; what does not work yet is not in the tree."""
    if "placeholder" in (ast.get_docstring(module.tree) or "").lower():
        yield f"{module.path}: its docstring says nothing yet"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Raise) and node.exc and "NotImplementedError" in ast.unparse(node.exc):
            yield f"{module.path}:{node.lineno}: {ast.unparse(node)}"


def every_test_runs(module: Module) -> Iterator[str]:
    """No skip, skipif, importorskip or xfail: a test that may be left out is left out when it matters."""
    left_out = {"skip", "skipif", "importorskip", "xfail", "skipTest"}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in left_out and "pytest" in ast.unparse(node.value):
            yield f"{module.path}:{node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom) and node.module in {"pytest", "unittest"}:
            for alias in node.names:
                if alias.name in left_out:
                    yield f"{module.path}:{node.lineno}: from {node.module} import {alias.name}"


def no_mocks(module: Module) -> Iterator[str]:
    """Our own code is never replaced in a test; the outside world is simulated by the simulators we ship."""
    for node in ast.walk(module.tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "monkeypatch.setattr":
            names = ["monkeypatch.setattr"]
        for name in names:
            if name.startswith(("unittest.mock", "pytest_mock", "monkeypatch.setattr")):
                yield f"{module.path}:{getattr(node, 'lineno', 0)}: {name}"


@dataclass(frozen=True)
class Rule:
    """A rule, whether it holds for the source, the tests or both, and the two texts that prove it."""

    check: Callable[[Module], Iterator[str]]
    places: tuple[str, ...]
    refused: str
    allowed: str
    planted_at: str = "src/sello/planted.py"


RULES = [
    Rule(file_cap, ("src", "tests"), "\n" * (FILE_LINES + 1), "\n" * FILE_LINES),
    Rule(
        function_cap,
        ("src",),
        "def f():\n" + "    x = 1\n" * FUNCTION_LINES,
        "@g(\n  1,\n)\ndef f():\n    '''One.\n\n    Two.\n    '''\n" + "    x = 1\n" * (FUNCTION_LINES - 1),
    ),
    Rule(telling_name, ("src", "tests"), "", "", planted_at="src/sello/shared/{}.py"),
    Rule(one_sql_clock, ("src",), "Q = 'SELECT now( )'", "'''About now().'''\nQ = 'SELECT app_now(), x.snow()'"),
    Rule(one_sql_clock, ("src",), "Q = 'SELECT current_date'", "Q = 'SELECT current_date_of_shop'"),
    Rule(one_clock, ("src",), "import datetime as d\nd.datetime.now(d.UTC)", "import time\ntime.monotonic()"),
    Rule(one_clock, ("src",), "from time import time", "from time import perf_counter"),
    Rule(literal_sql, ("src",), "Q = f'SELECT {x}'", "Q = 'SELECT %s'\nR = f'select {x}, please'"),
    Rule(literal_sql, ("src",), "Q = '\\n  UPDATE t SET a = %d' % a", "Q = 'by %d' % a"),
    Rule(literal_sql, ("src",), "Q = 'DELETE FROM {}'.format(a)", "Q = SQL('DELETE FROM {}').format(a)"),
    Rule(docstrings, ("src",), "x = 1", "'''Said.'''\nclass _A: ...\ndef f(): ..."),
    Rule(docstrings, ("src",), "'''Said.'''\nclass A: ...", "'''Said.'''\nclass A:\n    '''Said.'''"),
    Rule(
        docstrings,
        ("src",),
        "'''Said.'''\nasync def f(): ...",
        "'''Said.'''\nasync def f():\n    '''Said.'''\ndef _g(): ...",
        planted_at="src/sello/domains/loyalty/queries.py",
    ),
    Rule(finished, ("src", "tests"), "def f(): raise NotImplementedError", "def f(): raise ValueError"),
    Rule(finished, ("src", "tests"), '"""Placeholder."""', '"""A place."""'),
    Rule(every_test_runs, ("tests",), "import pytest\npytest.skip('no')", "cursor.skip(3)"),
    Rule(every_test_runs, ("tests",), "import pytest\n@pytest.mark.xfail\ndef test(): ...", "def xfail(): ..."),
    Rule(every_test_runs, ("tests",), "from pytest import skip", "from pytest import raises"),
    Rule(no_mocks, ("tests",), "from unittest import mock", "import unittest"),
    Rule(
        no_mocks,
        ("tests",),
        "def test(monkeypatch): monkeypatch.setattr(a, 'b', 1)",
        "monkeypatch.setenv('A', 'b')",
    ),
]

CHECKED = dict.fromkeys((rule.check, place) for rule in RULES for place in rule.places)


@cache
def tree(place: str) -> list[Module]:
    """The modules of "src" or "tests", read once per process."""
    return modules(SRC, base=SRC) if place == "src" else modules(TESTS, base=TESTS.parent)


@pytest.mark.parametrize(("check", "place"), CHECKED, ids=lambda value: getattr(value, "__name__", value))
def test_the_tree_keeps_the_rule(check: Callable[[Module], Iterator[str]], place: str) -> None:
    assert tree(place) != []
    violations = [violation for module in tree(place) for violation in check(module)]
    assert violations == [], "\n" + "\n".join(violations)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check.__name__)
def test_the_rule_refuses_what_is_planted(rule: Rule) -> None:
    refused = parse(rule.planted_at.format("mail_utils"), rule.refused)
    allowed = parse(rule.planted_at.format("utilities_of_mail"), rule.allowed)
    assert list(rule.check(refused)) != []
    assert list(rule.check(allowed)) == []

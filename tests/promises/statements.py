"""Every SQL statement of the source, with the role that runs it: read from the syntax trees, nothing is imported.

A statement is a literal handed to `fetch_one`, `fetch_all` or `execute` of a Db or PlatformDb, which functions take as
annotated parameters. Text that looks like SQL and reaches the database another way stands in a module of OTHER_ROLES.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.promises.source import FUNCTIONS, SRC, Module, modules

METHODS = ("fetch_one", "fetch_all", "execute")
ROLE_OF = {
    "Db": "sello_app",
    "TenantPool": "sello_app",
    "PlatformDb": "sello_platform",
    "PlatformPool": "sello_platform",
}

# Modules whose statements do not go through Db or PlatformDb, or not as literals of the call itself.
OTHER_ROLES = {
    "sello.domains.loyalty.ledger.queries": "sello_laws",  # streams for the proof of the ledger
    "sello.entry.arriving_people": "sello_owner",
    "sello.entry.campaigning": "sello_owner",
    "sello.entry.health": "sello_app",
    "sello.entry.shop_import": "sello_owner",
    "sello.entry.supervisor": "sello_owner",
    "sello.entry.world": "sello_owner",
    "sello.infrastructure.archives.packing": "sello_app",
    "sello.infrastructure.archives.rows": "sello_owner",
    "sello.infrastructure.database.db": "sello_app",  # sets the tenant
    "sello.infrastructure.database.laws": "sello_laws",
    "sello.infrastructure.database.migrate": "sello_owner",  # runs the files of migrations/
    "sello.infrastructure.database.queue": "sello_platform",
    "sello.infrastructure.database.retention": "sello_platform",
    "sello.infrastructure.database.roles": "sello_owner",
}

LOOKS_LIKE_SQL = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s+\S")


@dataclass(frozen=True)
class Statement:
    """One statement: where it stands, who runs it, what its row is made into."""

    module: Module = field(repr=False)
    function: str
    line: int
    role: str
    sql: str = field(repr=False)
    row: str | None = None
    parameters: tuple[str, ...] = ()
    tenant: str | None = None
    types: dict[str, str] = field(default_factory=dict, hash=False)
    """The annotations of the values that are parameters of the function as they are."""

    @property
    def name(self) -> str:
        """`domains.loyalty.queries.card_of`."""
        return f"{self.module.name.removeprefix('sello.')}.{self.function}"

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.module.path}:{self.line}"


@dataclass
class Found:
    """What a module holds: its statements, and calls whose SQL or database cannot be told."""

    statements: list[Statement] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    """The literals that are part of a statement already."""


@cache
def sources() -> tuple[Module, ...]:
    """Every module of the package."""
    return tuple(modules(SRC, base=SRC))


@cache
def statements() -> tuple[Statement, ...]:
    """Every statement of the package."""
    return tuple(statement for module in sources() for statement in collect(module).statements)


def collect(module: Module) -> Found:
    """The statements of one module."""
    found = Found()
    constants = _constants(module.tree)
    _visit(module, module.tree, {}, [], constants, found)
    for node in _texts(module.tree):
        if id(node) not in found.used and LOOKS_LIKE_SQL.match(str(node.value)):
            role = OTHER_ROLES.get(module.name)
            if role is None:
                found.unclear.append(f"{module.path}:{node.lineno}: SQL that no Db or PlatformDb runs")
            else:
                found.statements.append(Statement(module, "", node.lineno, role, str(node.value)))
    return found


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """What the module's names are bound to, its own and those it imports from where they are made."""
    bound = _own_constants(tree)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (source := _tree(node.module or "")) is not None:
            lent = _own_constants(source)
            bound |= {alias.asname or alias.name: lent[alias.name] for alias in node.names if alias.name in lent}
    return bound


def _own_constants(tree: ast.Module) -> dict[str, ast.expr]:
    bound = dict[str, ast.expr]()
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            bound[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            bound[node.target.id] = node.value
    return bound


def _tree(name: str) -> ast.Module | None:
    return next((module.tree for module in sources() if module.name == name), None)


def _visit(
    module: Module,
    node: ast.AST,
    roles: dict[str, str],
    path: list[str],
    constants: dict[str, ast.expr],
    found: Found,
) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            _visit(module, child, roles | _databases(child), [*path, child.name], constants, found)
        elif isinstance(child, ast.ClassDef):
            _visit(module, child, roles | _attributes(child), [*path, child.name], constants, found)
        else:
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr in METHODS:
                _add(module, child, child.func, roles, path, constants, found)
            _visit(module, child, roles, path, constants, found)


def _databases(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    """The parameters that are databases, with the role behind each."""
    arguments = function.args
    return {
        argument.arg: ROLE_OF[annotation]
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        if argument.annotation is not None and (annotation := _annotation(argument.annotation)) in ROLE_OF
    }


def _attributes(owner: ast.ClassDef) -> dict[str, str]:
    """`self.x` that an `__init__` binds to a database."""
    bound = dict[str, str]()
    for function in owner.body:
        if isinstance(function, FUNCTIONS):
            databases = _databases(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in databases:
                    bound[ast.unparse(node.targets[0])] = databases[node.value.id]
    return bound


def _annotation(node: ast.expr) -> str:
    text = str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)
    return text.split(" | ")[0]


def _add(
    module: Module,
    call: ast.Call,
    method: ast.Attribute,
    roles: dict[str, str],
    path: list[str],
    constants: dict[str, ast.expr],
    found: Found,
) -> None:
    place = f"{module.path}:{call.lineno}: {ast.unparse(method)}"
    role = roles.get(ast.unparse(method.value))
    if role is None or module.name == "sello.infrastructure.database.db":
        if module.name not in OTHER_ROLES:
            found.unclear.append(f"{place}: of which database?")
        return
    arguments = list(call.args)
    row = ast.unparse(arguments.pop(0)) if method.attr != "execute" and arguments else None
    tenant = ast.unparse(arguments.pop(0)) if role == "sello_app" and arguments else None
    parts = list(_parts(arguments[0], constants)) if arguments else []
    if any(part is None for part in parts) or not parts:
        if module.name not in OTHER_ROLES:
            found.unclear.append(f"{place}: not literal SQL")
        return
    found.used |= {id(part) for part in parts}
    sql = "".join(str(part.value) for part in parts if part is not None)
    annotated = _annotated(module, path)
    types = {
        keyword.arg: annotated[keyword.value.id]
        for keyword in call.keywords
        if keyword.arg and isinstance(keyword.value, ast.Name) and keyword.value.id in annotated
    }
    found.statements.append(
        Statement(module, ".".join(path), call.lineno, role, sql, row, tuple(annotated), tenant, types)
    )


def _parts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[ast.Constant | None]:
    """The literals that a text is made of; None where it is made of something else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from _parts(constants[node.id], constants)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _parts(node.left, constants)
        yield from _parts(node.right, constants)
    else:
        yield None


def _annotated(module: Module, path: list[str]) -> dict[str, str]:
    """The parameters of the function a statement stands in, with their annotations."""
    scope: ast.AST = module.tree
    for name in path:
        scope = next(
            node
            for node in ast.walk(scope)
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name == name and node is not scope
        )
    arguments = [*scope.args.args, *scope.args.kwonlyargs] if isinstance(scope, FUNCTIONS) else []
    return {argument.arg: ast.unparse(argument.annotation) if argument.annotation else "" for argument in arguments}


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node

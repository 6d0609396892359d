"""The directions of the design: who may import whom, read from the syntax tree of every module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import shapewright

ROOT = Path(shapewright.__file__).parent

# What each package may import: of ours, and of others besides the standard library. A module beside them is one too.
CORE = {"wire", "source", "model", "show"}
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "__init__": (set(), set()),
    "wire": (set(), set()),
    "source": (set(), set()),
    "model": ({"wire", "source"}, set()),
    "show": ({"wire"}, set()),
    "picture": ({"wire", "show"}, set()),
    "modelview": ({"wire", "show"}, set()),
    "contract_text": ({"wire", "show", "modelview"}, set()),
    "sources": (CORE, set()),
    "edits": (CORE, set()),
    "config": (CORE, {"tomllib", "tomli"}),
    "suppress": (CORE | {"config"}, set()),
    "callers": (CORE | {"sources"}, set()),
    "notebook": (CORE | {"edits"}, set()),
    "halftyped": (CORE | {"sources", "resolve"}, set()),
    "worker": ({"wire"}, {"torch"}),
    "engine": (CORE, set()),
    "resolve": (CORE | {"sources"}, {"jedi", "parso"}),
    "annotations": (CORE, {"docstring_parser"}),
    "stated": (CORE | {"sources", "annotations"}, set()),
    "observed": (CORE | {"annotations"}, set()),
    "plan": (CORE | {"annotations"}, set()),
    "reading": ({"wire"}, set()),
    "rules": (CORE | {"sources", "reading"}, set()),
    "reproduction": ({"wire", "rules"}, set()),
    "fixes": (CORE | {"sources", "reading", "edits"}, set()),
    "proof": (CORE | {"sources", "edits", "fixes"}, set()),
    "analysis": (CORE | {"sources", "config", "suppress", "halftyped", "plan", "rules", "proof", "stated"}, set()),
    "fitting": (CORE | {"sources", "fixes", "analysis", "resolve"}, set()),
    "sizes": (CORE | {"analysis"}, set()),
    "example": (CORE | {"plan", "resolve"}, set()),
    "cli": (
        CORE
        | {
            "__init__",
            "annotations",
            "callers",
            "contract_text",
            "modelview",
            "observed",
            "sources",
            "edits",
            "config",
            "notebook",
            "plan",
            "rules",
            "analysis",
            "engine",
        },
        set(),
    ),
    "lsp": (
        CORE
        | {
            "__init__",
            "annotations",
            "callers",
            "contract_text",
            "sizes",
            "modelview",
            "observed",
            "picture",
            "example",
            "fitting",
            "sources",
            "edits",
            "config",
            "notebook",
            "rules",
            "reproduction",
            "analysis",
            "engine",
            "resolve",
        },
        {"pygls", "lsprotocol"},
    ),
    "entry": ({"cli", "lsp"}, set()),
    "__main__": ({"entry"}, set()),
}

# What the worker takes from the environment of the program, where it has it: imported where it is used, not at the top.
FOUND = {"numpy", "PIL", "torchvision"}

# Whose functions depend on nothing but their arguments: nothing that reaches the machine.
PURE = {"rules", "fixes", "annotations"}
EFFECTS = {"os", "io", "subprocess", "socket", "threading", "asyncio", "shutil", "tempfile", "time", "random"}


def package(module: Path) -> str:
    first = module.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever it does, those handed to `import_module` among them."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            yield from (
                n.value
                for n in ast.walk(node)
                if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value != "."
            )


def ours(module: Path) -> set[str]:
    found: set[str] = set()
    for name in imports(module):
        parts = name.split(".")
        if parts[0] == "shapewright":
            inside = len(parts) > 1 and ((ROOT / parts[1]).is_dir() or (ROOT / f"{parts[1]}.py").is_file())
            found.add(parts[1] if inside else "__init__")
    return found - {package(module)}


def others(module: Path) -> set[str]:
    roots = {name.partition(".")[0] for name in imports(module)}
    found = FOUND - top(module) if package(module) == "worker" else set[str]()
    return roots - found - {"shapewright"} - sys.stdlib_module_names


def top(module: Path) -> set[str]:
    """What is imported outside of every function."""
    names: set[str] = set()
    stack: list[ast.AST] = [ast.parse(module.read_text(encoding="utf-8"))]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            stack.extend(ast.iter_child_nodes(node))
    return names


def test_every_package_of_the_code_is_in_the_table_and_the_other_way_round() -> None:
    assert {package(module) for module in modules()} == set(ALLOWED)


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.relative_to(ROOT)))
def test_a_module_imports_only_what_its_package_may(module: Path) -> None:
    allowed, libraries = ALLOWED[package(module)]
    assert ours(module) <= allowed
    assert others(module) <= libraries


@pytest.mark.parametrize(
    ("library", "home"),
    [("pygls", "lsp"), ("lsprotocol", "lsp"), ("jedi", "resolve"), ("parso", "resolve"), ("torch", "worker")],
)
def test_a_library_has_one_home(library: str, home: str) -> None:
    users = {package(module) for module in modules() if library in others(module)}
    assert users == {home}


def test_packages_import_each_other_in_one_direction() -> None:
    graph: dict[str, set[str]] = {}
    for module in modules():
        graph.setdefault(package(module), set()).update(ours(module))
    order: list[str] = []
    while graph:
        free = sorted(name for name, uses in graph.items() if uses <= set(order))
        assert free, f"these import each other in a circle: {sorted(graph)}"
        order += free
        for name in free:
            del graph[name]


@pytest.mark.parametrize("module", [m for m in modules() if package(m) in PURE], ids=lambda m: str(m.relative_to(ROOT)))
def test_a_pure_package_imports_nothing_that_reaches_the_machine(module: Path) -> None:
    assert {name.partition(".")[0] for name in imports(module)} & EFFECTS == set()


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.relative_to(ROOT)))
def test_files_stay_small(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400

"""The house: who may import whom, lazy imports and those for types included; and why a rule of style is not kept."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tc_resources"
ROOMS = {
    "behaviour": {"behaviour"},
    "cloud": {"cloud"},
    "limits": {"limits", "cloud"},
    "dynamic": {"dynamic", "provider", "limits", "cloud"},
    "provider": {"dynamic", "limits"},
    "native": {"native", "limits", "cloud"},
    "cli": {"cli", "", "dynamic", "native", "provider", "limits", "cloud", "behaviour"},
    "testing.engine": {"testing.engine"},
    "testing.emulator": {"testing.emulator", "behaviour"},
    "testing": {"testing", "testing.engine", "testing.emulator", "cloud"},
    "": {"dynamic"},
}
"""What each room may import; "" is the package itself, with its lazy names."""
EXCEPTIONS = {("cli.emulator", "testing.emulator")}
"""The command that serves the emulator."""
FOLDERS = ("tc_resources", "stacks", "tests", "bench")
REASONED = re.compile(r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)* - \S")


def name(file: Path) -> str:
    """The module, without the package's name; a package's `__init__` is the package."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name(file): file for file in PACKAGE.rglob("*.py")}


def room(module: str) -> str:
    return next(room for room in sorted(ROOMS, reverse=True) if room == "" or f"{module}.".startswith(f"{room}."))


def imports(file: Path) -> Iterator[str]:
    """The modules of ours that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        found = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports in another way than all others"
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        for full in found:
            if full.split(".")[0] == "tc_resources":
                yield known(full.removeprefix("tc_resources").removeprefix("."))


def known(full: str) -> str:
    """The module in which an imported name lies: the name may be a module itself."""
    return full if full in MODULES else full.rpartition(".")[0]


GRAPH = {module: {*imports(file)} - {module} for module, file in MODULES.items()}


@pytest.mark.parametrize("module", GRAPH)
def test_a_room_imports_no_room_above_it(module: str) -> None:
    foreign = {other for other in GRAPH[module] if room(other) not in ROOMS[room(module)]}
    assert foreign - {other for mine, other in EXCEPTIONS if mine == module} == set()


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """A way from a module back to itself, empty where there is none."""
    done: set[str] = set()

    def search(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for other in graph.get(module, ()):
            if found := search(other, [*path, module]):
                return found
        done.add(module)
        return []

    return next((found for module in graph if (found := search(module, []))), [])


def test_no_module_imports_itself_by_any_way() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle(GRAPH) == []


def test_the_imports_of_the_package_are_all_seen() -> None:
    assert len(GRAPH) > 100
    assert "limits.aigc_quota" in GRAPH["dynamic.aigc_quota"]
    assert "cloud.services.vod" in GRAPH["limits.aigc_quota"]


@pytest.mark.parametrize("package", ["cloud", "limits"])
def test_the_core_loads_no_pulumi(package: str) -> None:
    modules = [f"tc_resources.{module}" for module in MODULES if room(module) == package]
    program = f"import sys, importlib; [importlib.import_module(name) for name in {modules}]; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - written above
    assert f"tc_resources.{package}" in loaded
    assert [name for name in loaded if name.partition(".")[0] in ("pulumi", "grpc", "google")] == []


def test_the_native_face_loads_no_sdk() -> None:
    modules = [f"tc_resources.{module}" for module in MODULES if room(module) == "native"]
    program = f"import sys, importlib; [importlib.import_module(name) for name in {modules}]; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - written above
    assert "tc_resources.native" in loaded
    assert "grpc" in loaded
    assert [name for name in loaded if name.partition(".")[0] in ("pulumi", "httpx")] == []


def unreasoned(source: str) -> list[str]:
    """The comments that switch a rule off and do not say why, or not which one."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return [comment for comment in comments if "noqa" in comment.lower() and not REASONED.search(comment)]


def test_every_noqa_has_its_reason() -> None:
    assert unreasoned("a = 1  # noqa: E1, S603 - ours\nb = '# noqa'\n") == []
    bad = ["# noqa", "# noqa: E1", "# noqa: E1 -", "# noqa - ours", "# ruff: noqa: E1", "# NOQA: E1"]
    assert unreasoned("\n".join(bad)) == bad
    files = [ROOT / "demo.py", *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))]
    assert len(files) > 300
    found = {str(file.relative_to(ROOT)): unreasoned(file.read_text(encoding="utf-8")) for file in files}
    assert {file: comments for file, comments in found.items() if comments} == {}

"""Prints every module of the packages with the first line of its docstring: `make map`."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]


def module_map() -> list[str]:
    """A line a module, by path."""
    paths = sorted(path for package in ("index", "ingest", "bot") for path in (ROOT / package).rglob("*.py"))
    return [f"{path.relative_to(ROOT)!s:45} {_first_line(path)}" for path in paths]


def _first_line(path: Path) -> str:
    described = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return described.partition("\n")[0]


if __name__ == "__main__":
    print("\n".join(module_map()))

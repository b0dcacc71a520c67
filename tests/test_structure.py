"""The shape of the project: who may import whom, and that the page about it is true."""

import ast
import os
import re
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.store import Index
from tests.conftest import article, put

ROOT = Path(__file__).parents[1]
PACKAGES = ("index", "ingest", "bot")
MAY_IMPORT = {"index": {"index"}, "ingest": {"index", "ingest"}, "bot": {"index", "ingest", "bot"}}
# Each heavy library behind one door, so that it can be replaced, or loaded late, in one place.
ONE_DOOR = {
    "chromadb": "index/vectors/",
    "sentence_transformers": "index/embedding/",
    "tokenizers": "index/embedding/tokenizer.py",
    "transformers": "index/embedding/",
    "torch": "index/embedding/onnx_export.py",
    "onnxruntime": "index/embedding/",
    "trafilatura": "ingest/formats/",
    "tinycss2": "ingest/formats/css_",
    "cssselect": "ingest/formats/css_",
    "pypdfium2": "ingest/formats/pdf.py",
    "rapidfuzz": "index/query/misspellings.py",
    "spellchecker": "index/dictionary.py",
    "rensa": "index/catalog/near_duplicates.py",
    "mammoth": "ingest/formats/docx.py",
    "openpyxl": "ingest/formats/xlsx.py",
    "warcio": "ingest/formats/warc.py",
    "py3langid": "ingest/formats/",
    "feedparser": "ingest/listings/feeds.py",
    "protego": "ingest/web/robots.py",
    "ray": "ingest/engines/ray_cluster.py",
    "httpcore2": "ingest/web/fetcher.py",
    "sentencex": "ingest/sentences.py",
    "langchain": "bot/model/providers.py",
    "click": "bot/cli/",
    "mcp": "bot/mcp/",
    "uvicorn": "bot/serving/",
    "prometheus_client": "bot/monitoring/metrics.py",
    "opentelemetry": "bot/monitoring/tracing.py",
    "psycopg": "index/postgresql/",
    "psycopg_pool": "index/postgresql/connection.py",
}
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@cache
def imports(path: Path) -> set[str]:
    """The top-level names that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert imports(path) & set(PACKAGES) <= MAY_IMPORT[package]


def _module(name: str) -> Path | None:
    """The file of one of our modules, or None for anything else."""
    path = ROOT.joinpath(*name.split("."))
    return next((p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()), None)


def _imported(path: Path) -> set[Path]:
    """The files of ours that a file imports, wherever in it, for types alone too."""
    found: set[Path | None] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(_module(name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(_module(f"{node.module}.{name.name}") or _module(node.module) for name in node.names)
    return {file.relative_to(ROOT) for file in found if file is not None and file.name != "__init__.py"}


def test_no_folder_at_any_level_has_a_circle_of_imports() -> None:
    # In each folder its files and its folders, and which of them import which others.
    levels: dict[tuple[str, ...], dict[str, set[str]]] = {}
    for file in FILES:
        one = file.relative_to(ROOT).parts
        for other in (path.parts for path in _imported(file) if path.parts != one):
            shared = next(i for i, (a, b) in enumerate(zip_longest(one, other)) if a != b)
            rooms = levels.setdefault(one[:shared], {})
            rooms.setdefault(one[shared], set()).add(other[shared])
    assert len(levels) > 10
    for folder, rooms in levels.items():
        try:
            TopologicalSorter(rooms).prepare()
        except CycleError as circle:
            pytest.fail(f"in {'/'.join(folder) or 'the root'}: {' <- '.join(circle.args[1])}")


@pytest.mark.parametrize(("library", "door"), ONE_DOOR.items())
def test_each_heavy_library_has_one_door(library: str, door: str) -> None:
    users = {str(path.relative_to(ROOT)) for path in FILES if library in imports(path)}
    assert users
    assert all(user.startswith(door) for user in users)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["--help", "status", "articles list", "articles show reed"])
def test_commands_that_need_no_model_load_none(command: str, index: Index) -> None:
    put(index, article("reed", "Nalo Reed spoke on Monday."))
    # What wraps a text to the window is the one thing that needs rich.
    also = [] if "show" in command else ["rich", "logging"]
    program = f"""
import sys
from bot.cli.app import main
sys.argv = ["onrecord", *{command.split()!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
heavy = {{
    "torch", "chromadb", "sentence_transformers", "langchain_core", "trafilatura", "numpy", "httpcore2",
    "snowballstemmer", "filelock", "ingest.pipeline", "ingest.documents", "rich.progress", "bot.types",
    "pydantic", "typer", *{also!r},
}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "ONRECORD_HOME": str(index.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.slow
def test_nothing_is_trained_to_ingest_and_to_answer(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from bot.cli.app import main
for words in (["ingest", "-"], ["ask", "Who voted against the loan?"]):
    sys.argv = ["onrecord", *words]
    try:
        main()
    except SystemExit as end:
        assert end.code == 0, end.code
training = {"torch", "transformers", "sentence_transformers", "langchain_core"}
assert not training & set(sys.modules), training & set(sys.modules)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        input='{"id": "a", "text": "Wystan Orme voted against the loan. Others voted for it."}',
        cwd=ROOT,
        env={**os.environ, "ONRECORD_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Wystan Orme" in ended.stdout


def test_the_page_on_architecture_names_every_folder_and_no_other() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^    ((?:index|ingest|bot)/\S*)\s{2,}", page, re.MULTILINE))
    assert named == {f"{path.parent.relative_to(ROOT)}/" for path in FILES}


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    folders = {line.split("/")[0] for line in tracked.stdout.splitlines() if "/" in line}
    assert folders <= {"bot", "ingest", "index", "tests", "deploy", ".ci"}


def test_no_file_has_grown_past_reading() -> None:
    long = {
        str(path.relative_to(ROOT)): n for path in FILES if (n := len(path.read_text().splitlines())) > 350
    }
    assert not long


def test_every_package_that_is_imported_is_asked_for() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = {
        "frontmatter": "python-frontmatter",
        "yaml": "pyyaml",
        "markdown_it": "markdown-it-py",
        "docx": "python-docx",
    }
    # These come with, and in the versions of, a package that is asked for.
    along = {"transformers": "sentence-transformers", "pydantic": "langchain-core", "mcp_types": "mcp"}
    for name in set().union(*map(imports, FILES)) - set(sys.stdlib_module_names) - set(PACKAGES):
        package = along.get(name) or named.get(name) or name.replace("_", "-")
        assert f'"{package}' in project, f"{name} is imported, and {package} is not among the dependencies"


def test_the_lock_file_pins_everything() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.!]+", line) for line in pins)
    assert "torch==2.13.0" in pins


def test_no_property_test_has_a_deadline() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check

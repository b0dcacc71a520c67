"""The driver of PostgreSQL, which is an extra."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

_WITHOUT_DRIVER = """
import sys
sys.modules["psycopg"] = sys.modules["psycopg_pool"] = None
"""
_IMPORTS_ALL = """
from importlib import import_module
from pkgutil import walk_packages
import bot, index, ingest

OF_THE_DRIVER = ("index.postgresql.connection", "index.postgresql.errors", "index.catalog.postgresql")
for package in (bot, index, ingest):
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.startswith(OF_THE_DRIVER):
            import_module(module.name)
"""
_NAMES_A_DATABASE = """
from index.postgresql.address import database_of
database_of("postgresql://somebody@127.0.0.1/record")
"""


def run(program: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-c", _WITHOUT_DRIVER + program]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_nothing_but_a_database_needs_the_driver() -> None:
    ended = run(_IMPORTS_ALL)
    assert ended.returncode == 0, ended.stderr


def test_a_database_without_the_driver_says_what_to_install() -> None:
    ended = run(_NAMES_A_DATABASE)
    assert "UsageError" in ended.stderr
    assert "pip install 'onrecord[postgresql]'" in ended.stderr

"""Every command over a record whose catalog is in PostgreSQL, as an operator types it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.postgresql.address import Database
from index.store import Index
from tests.conftest import Run
from tests.postgresql import PASSWORD, Server, new_database

pytestmark = pytest.mark.slow

ARTICLES = {
    "ferry": "The ferry struck the north pier on Monday. Fourteen people were hurt.",
    "loan": "Wystan Orme voted against the loan. The others voted for it.",
}


@pytest.fixture
def inside(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, onrecord: Run
) -> Iterator[Run]:
    """The command line with a catalog in a database, and the password in a file."""
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n")
    for name, text in ARTICLES.items():
        (tmp_path / f"{name}.md").write_text(f"# {name.title()}\n\n{text}\n")

    def run(*arguments: object) -> object:
        # A command sets it from the file; taken away by `monkeypatch`, it would come back after the test.
        os.environ.pop("ONRECORD_CATALOG_PASSWORD", None)
        monkeypatch.setenv("ONRECORD_CATALOG_PASSWORD_FILE", str(secret))
        ended = onrecord(*arguments)
        assert PASSWORD not in ended.out + ended.err
        return ended

    monkeypatch.setenv("ONRECORD_CATALOG", database.address)
    yield run  # type: ignore[misc]
    os.environ.pop("ONRECORD_CATALOG_PASSWORD", None)


def size_of(folder: Path) -> float:
    """Megabytes of the files."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def test_every_command_does_over_a_database_what_it_does_over_a_file(
    inside: Run,
    database: Database,
    server: Server,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "There is no record yet" in inside("status").out
    assert inside("ask", "Who voted against the loan?").code == 1
    ingested = inside("ingest", "ferry.md", "loan.md")
    assert ingested.code == 0, ingested.err
    assert not (home / "catalog.sqlite3").exists()
    assert "Wystan Orme voted against the loan." in inside("ask", "Who voted against the loan?").out
    status = json.loads(inside("status", "--json").out)
    assert status["record"]["articles"] == 2
    assert status["record"]["home"] == database.name
    # Empty tables and their indexes alone take several hundred kilobytes.
    assert status["record"]["megabytes"] > 0.5 + size_of(home)
    assert (
        status["settings"]["catalog"]["value"] == status["settings"]["catalog_password"]["value"] == "(set)"
    )
    listed = json.loads(inside("articles", "list", "--sort", "title", "--json").out)["articles"]
    assert [one["title"] for one in listed] == ["Ferry", "Loan"]
    assert json.loads(inside("articles", "list", "--title", "FERR", "--json").out)["total"] == 1
    assert "north pier" in inside("articles", "show", listed[0]["id"][:10]).out
    assert "All is well" in inside("verify").out
    assert inside("rebuild").code == 0
    doctor = inside("doctor", "--json")
    assert doctor.code == 0, doctor.out
    assert "whole and writable" in doctor.out
    assert inside("health").code == 0
    assert inside("forget", "terminal").code == 0
    (tmp_path / "ferry.md").write_text("# Ferry\n\nThe ferry came back on Tuesday.\n")
    assert inside("ingest", "ferry.md").code == 0
    assert "came back on Tuesday" in inside("ask", "When did the ferry come back?").out
    assert inside("articles", "remove", listed[1]["id"]).code == 0
    before = json.loads(inside("articles", "list", "--json").out)
    assert before["total"] == 1

    assert inside("backup", tmp_path / "kept").code == 0
    refused = inside("restore", tmp_path / "kept")
    assert refused.code == 1
    assert "overwrites nothing" in refused.err
    monkeypatch.setenv("ONRECORD_CATALOG", new_database(server).address)
    monkeypatch.setenv("ONRECORD_HOME", str(tmp_path / "other"))
    restored = inside("restore", tmp_path / "kept")
    assert restored.code == 0, restored.err
    assert json.loads(inside("articles", "list", "--json").out) == before
    assert inside("verify").code == 0
    copied = inside("copy", "--to", tmp_path / "out")
    assert copied.code == 0, copied.err
    with Index(tmp_path / "out") as index:
        assert index.verify() == []


def test_a_database_that_does_not_answer_is_one_sentence(
    inside: Run, database: Database, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_CATALOG", database.address.replace(f":{server.port}", ":1"))
    for command in (("status",), ("ask", "Who?"), ("verify",), ("ingest", "ferry.md"), ("articles", "list")):
        ended = inside(*command)
        assert ended.code == 1
        assert "cannot be reached" in ended.out + ended.err
    doctor = inside("doctor")
    assert doctor.code == 1
    assert "cannot be reached" in doctor.out

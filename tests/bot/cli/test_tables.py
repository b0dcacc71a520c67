"""Questions that a sheet or a CSV file answers, from the file to the row that is quoted."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.site import Site

pytestmark = pytest.mark.slow

QUESTION = "How much is the harbour tour for children?"
ROW = "Harbour tour | £12.50 | £8.00"


def fares(path: Path, child: float = 8.0) -> None:
    book = openpyxl.Workbook()
    tours = book.active
    tours.title = "Tours"
    tours.append(["Kestrel Ferries, fares of 2026"])
    tours.append([])
    for row in (
        ("Tour", "Adults", "Children"),
        ("Harbour tour", 12.5, child),
        ("Island tour", 18, 9.5),
        ("Night tour", 25, 12),
    ):
        tours.append(row)
        for column in "BC":
            tours[f"{column}{tours.max_row}"].number_format = '"£"0.00'
    stops = book.create_sheet("Stops")
    for row in (("Stop", "Weekly ticket", "Zone"), ("Heron Landing", 16, 4), ("Quay Cross", 15, 5)):
        stops.append(row)
    book.save(path)


def test_a_sheet_answers_with_its_row_below_its_headings(onrecord: Run, tmp_path: Path) -> None:
    fares(tmp_path / "fares.xlsx")
    assert onrecord("ingest", tmp_path).code == 0
    said = onrecord("ask", QUESTION).out
    assert f"Tour | Adults | Children\n{ROW}" in said
    assert "“Fares: Tours”" in said
    assert (
        "Heron Landing | 16 | 4" in onrecord("ask", "What does a weekly ticket from Heron Landing cost?").out
    )
    id_ = onrecord("ask", QUESTION, "--json").json["citations"][0]["article_id"]
    assert "an Excel workbook (XLSX)" in onrecord("articles", "show", id_, "--source").out


def test_a_changed_workbook_replaces_its_rows_and_a_sheet_that_is_gone_leaves(
    onrecord: Run, tmp_path: Path
) -> None:
    file = tmp_path / "fares.xlsx"
    fares(file)
    onrecord("ingest", tmp_path)
    fares(file, child=9)
    book = openpyxl.load_workbook(file)
    del book["Stops"]
    book.save(file)
    told = onrecord("ingest", tmp_path, "--json").json
    assert (told["changed"], told["removed"]) == (1, 1)
    assert "Harbour tour | £12.50 | £9.00" in onrecord("ask", QUESTION).out


def test_a_csv_file_answers_from_a_folder_an_archive_and_a_link(
    onrecord: Run, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_ALLOW_PRIVATE", "true")
    hours = "Place;Summer;Winter\nTicket office;8:00-18:00;9:00-16:00\nMuseum ship;9:30-17:30;closed\n"
    (tmp_path / "hours.csv").write_text(hours, encoding="utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("roster.tsv", "Name\tRole\tPhone\nAnn Reyes\tHarbour master\t0123 456\n")
    (tmp_path / "roster.zip").write_bytes(packed.getvalue())
    link = site.add("/fares?format=csv", "Tour,Adults,Children\nHarbour tour,£12.50,£8.00\n", kind="text/csv")
    told = onrecord("ingest", tmp_path, link, "--json")
    assert (told.code, told.json["new"]) == (0, 3), told.err
    assert "Ticket office | 8:00-18:00 | 9:00-16:00" in onrecord("ask", "When is the ticket office open?").out
    assert "Ann Reyes | Harbour master" in onrecord("ask", "Who is the harbour master?").out
    answer = onrecord("ask", QUESTION, "--json").json
    assert ROW in json.dumps(answer, ensure_ascii=False)
    assert answer["citations"][0]["url"] == link


def test_a_locked_workbook_is_named_with_what_to_do(onrecord: Run, tmp_path: Path) -> None:
    file = tmp_path / "fares.xlsx"
    file.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    ended = onrecord("ingest", file)
    assert ended.code == 1
    assert "it is locked with a password; open it and save it without one" in ended.err + ended.out

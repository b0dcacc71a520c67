"""PDF files are read page by page: columns apart, tables by rows, words whole, and each page known."""

import io
import shutil

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from index.types import Article, Page
from ingest.documents import Document, Failure, Format, Notice, Reading
from ingest.formats.extract import extract
from ingest.formats.hyphens import hyphen_join
from tests.ingest.formats.documents import pdf_file

Placed = tuple[float, float, str]


def pdf(*pages: list[Placed], size: int = 10) -> bytes:
    """A PDF of these pages; each text stands at its place, in points from the lower left corner."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for page in pages:
        drawn = "".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj " for x, y, text in page)
        stream = f"BT /F1 {size} Tf {drawn} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return pdf_file(objects)


def lines(*texts: str, top: float = 780, left: float = 60) -> list[Placed]:
    return [(left, top - 12 * number, text) for number, text in enumerate(texts)]


def read(data: bytes) -> tuple[list[Article], list[str]]:
    items = list(extract(Document("/in/the-file.pdf", "/in", Format.PDF, content=data)))
    assert not [item for item in items if isinstance(item, Failure)], items
    articles = [item for item in items if isinstance(item, Article)]
    return articles, [item.text for item in items if isinstance(item, Notice)]


def only(data: bytes) -> Article:
    ((article,), _) = read(data)
    return article


LEFT = (
    "The council met on Monday to weigh the cost of",
    "the bridge, which its engineers put at 12 million",
    "crowns. Mayor Ada Fenwick said that the old one",
    "would not last another winter.",
)
RIGHT = (
    "The harbour office said that ferries carried some",
    "300,000 people last year, a tenth fewer than in the",
    "year before. Its head, Bo Lindqvist, blamed the fog",
    "and the price of tickets for the loss.",
)


@pytest.mark.parametrize("row_by_row", [True, False])
def test_two_columns_are_read_one_after_the_other(row_by_row: bool) -> None:
    left, right = lines(*LEFT), lines(*RIGHT, left=320)
    both = [word for pair in zip(left, right, strict=True) for word in pair] if row_by_row else left + right
    title = [(60.0, 810.0, "A bridge or a ferry over the wide and windy river Marl, asked again this year")]
    assert only(pdf(title + both)).text == f"{title[0][2]}\n\n{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_a_table_is_read_by_rows_under_its_headings() -> None:
    cells = [("Season", "Tariff", "Price"), ("Summer", "Home", "1.90"), ("Winter", "Trade", "12.40")]
    placed = [
        (x, 700.0 - 14 * number, text)
        for number, row in enumerate(cells)
        for x, text in zip((60.0, 200.0, 340.0), row, strict=True)
    ]
    assert only(pdf([(60.0, 750.0, "Prices of water."), *placed])).text == (
        "Prices of water.\n\nSeason | Tariff | Price\nSummer | Home | 1.90\nWinter | Trade | 12.40"
    )


def test_steps_are_one_list_with_an_item_a_line() -> None:
    steps = (
        "1. Close the valve.",
        "2. Drain the pipe, and wait for as long as any water comes",
        "out of it.",
    )
    assert only(pdf(lines(*steps, "3. Open the lid."))).text == (
        "1. Close the valve.\n2. Drain the pipe, and wait for as long as any water comes out of it.\n"
        "3. Open the lid."
    )


def test_a_sign_inside_a_line_is_no_bullet() -> None:
    said = "A sheet is 3 * 4 spans wide - the old ones were * as said * narrower."
    assert only(pdf(lines(said, "* the lamp", "* the rope"))).text == f"{said}\n\n- the lamp\n- the rope"


def test_a_line_that_reaches_beyond_the_text_divides_no_paragraph() -> None:
    said = (
        "The works come to an end in May. Mayor Ada Fenwick and",
        "Bo Lindqvist of the harbour office will open it.",
    )
    running = [(60.0, 40.0, "Harbour news"), (500.0, 40.0, "Page 1")]
    assert only(pdf([*lines(*said), *running])).text == f"{' '.join(said)}\n\nHarbour news Page 1"


def test_values_of_a_form_are_no_running_lines() -> None:
    sheets = [
        lines("Water board", f"Level on {day} March: {level} cm", "Read at seven.", f"{day - 2}")
        for day, level in enumerate((333, 340, 347, 354), 3)
    ]
    text = only(pdf(*sheets)).text
    assert [f"{level} cm" in text for level in (333, 340, 347, 354)] == [True] * 4
    assert text.count("Read at seven.") == 4
    assert "Water board" not in text
    assert not text.endswith("\n4")


def test_pages_are_known_by_where_they_begin() -> None:
    first = lines("The ferry struck the pier in the morning fog, and fourteen of the people on", "board were")
    article = only(pdf(first, lines("injured. It was towed to the yard."), [], lines("It sails again.")))
    starts = [article.text.index(words) for words in ("The ferry", "injured", "It sails")]
    assert article.pages == tuple(
        Page(number, start) for number, start in zip((1, 2, 4), starts, strict=True)
    )
    assert "and fourteen of the people on board were injured. It was towed" in article.text
    assert [page.number for page in article.pages_of(starts[1] - 5, starts[1] + 3)] == [1, 2]
    assert [page.number for page in article.pages_of(starts[2], starts[2] + 8)] == [4]


def test_pages_without_text_are_counted_and_named() -> None:
    _, told = read(pdf(lines("The cover of the minutes."), [], [], lines("The end."), []))
    assert told == ["of its 5 pages 3 hold no text, perhaps pictures: 2–3, 5"]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_file_that_opens_without_a_password_is_read(algorithm: str) -> None:
    writer = PdfWriter(PdfReader(io.BytesIO(pdf(lines("Printing is not allowed.")))))
    writer.encrypt("", "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    assert only(out.getvalue()).text == "Printing is not allowed."


def test_a_file_with_a_password_says_so() -> None:
    writer = PdfWriter(PdfReader(io.BytesIO(pdf(lines("Secret.")))))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    (failure,) = extract(Document("/in/a.pdf", "/in", Format.PDF, content=out.getvalue()))
    assert isinstance(failure, Failure)
    assert "password" in failure.reason


def test_a_long_document_says_how_far_it_is_read() -> None:
    data = pdf(*(lines(f"Page of {number} words.") for number in range(45)))
    items = list(extract(Document("/in/a.pdf", "/in", Format.PDF, content=data)))
    assert [item.page for item in items if isinstance(item, Reading)] == [20, 40]


def test_a_divided_word_is_whole_again_and_a_hyphenated_one_keeps_its_hyphen() -> None:
    text = only(
        pdf(lines("The well-", "known bridge con-", "firmed its place in inter-", "national lists."))
    ).text
    assert text == "The well-known bridge confirmed its place in international lists."


@pytest.mark.parametrize(
    ("texts", "halves", "word"),
    [
        (["the northeast wind"], ("north", "east"), "northeast"),
        (["a north-east wind"], ("north", "east"), "north-east"),
        ([], ("north", "east"), "north-east"),
        ([], ("twenty", "five"), "twenty-five"),
        ([], ("deci", "sion"), "decision"),
        ([], ("Anglo", "Saxon"), "Anglo-Saxon"),
    ],
)
def test_a_word_is_written_as_the_document_or_a_dictionary_has_it(
    texts: list[str], halves: tuple[str, str], word: str
) -> None:
    assert hyphen_join(texts, [halves], "en")(*halves) == word


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_scanned_page_is_read_by_text_recognition_and_marked() -> None:
    page = pypdfium2.PdfDocument(pdf(lines("The ferry struck the pier in the fog."), size=14))[0]
    picture = page.render(scale=3, grayscale=True)
    rows = [
        bytes(picture.buffer)[at : at + picture.width]
        for at in range(0, picture.stride * picture.height, picture.stride)
    ]
    drawn = b"".join(rows)
    scanned = io.BytesIO()
    writer = PdfWriter(PdfReader(io.BytesIO(pdf(lines("The cover.")))))
    stream = StreamObject()
    stream.set_data(drawn)
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(picture.width),
            NameObject("/Height"): NumberObject(picture.height),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    blank = writer.add_blank_page(595, 842)
    content = StreamObject()
    content.set_data(b"q 595 0 0 842 0 0 cm /Im Do Q")
    blank[NameObject("/Contents")] = writer._add_object(content)
    blank[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Im"): writer._add_object(stream)})}
    )
    writer.write(scanned)
    (article,), told = read(scanned.getvalue())
    assert article.text == "The cover.\n\nThe ferry struck the pier in the fog."
    assert [(page.number, page.recognised) for page in article.pages] == [(1, False), (2, True)]
    assert told == ["text recognition (tesseract) read 1 of its pages: 2"]

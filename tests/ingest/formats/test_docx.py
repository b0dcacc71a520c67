"""Word documents are read whole: what is inserted, boxed, noted, nested, merged or in the Strict form."""

import io
import zipfile

import pytest

from index.types import Article
from ingest.documents import Document, Failure, Format, Notice
from ingest.formats.extract import extract

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def docx(body: str, *, strict: bool = False, **parts: str) -> bytes:
    """A Word file of this body; `parts` are further files, with "__" for "/" and "_" for "."."""
    files = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        **{name.replace("__", "/").replace("_", "."): text for name, text in parts.items()},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            if strict:
                text = text.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
                text = text.replace(R, "http://purl.oclc.org/ooxml/officeDocument/relationships")
            archive.writestr(name, text)
    return file.getvalue()


def read(data: bytes) -> list[Article | Failure | Notice]:
    return list(extract(Document("/in/the-file.docx", "/in", Format.DOCX, content=data)))


def text(body: str, **parts: str) -> str:
    (one,) = read(docx(body, **parts))
    assert isinstance(one, Article), one
    return one.text


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def p(inner: str) -> str:
    return f"<w:p>{inner if inner.startswith('<') else run(inner)}</w:p>"


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner if '<w:p>' in inner else p(inner)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


BOX = f"<w:txbxContent>{p('Call 0800 111 222.')}</w:txbxContent>"


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (
            run("It costs ") + f'<w:del w:id="1"><w:r><w:delText>2.10</w:delText></w:r></w:del>'
            f'<w:ins w:id="2">{run("2.35")}</w:ins>' + run(" crowns."),
            "It costs 2.35 crowns.",
        ),
        (
            run("It opens on ") + f"<w:sdt><w:sdtContent>{run('4 June')}</w:sdtContent></w:sdt>" + run("."),
            "It opens on 4 June.",
        ),
        (run("Page ") + f'<w:fldSimple w:instr="PAGE">{run("7")}</w:fldSimple>' + run("."), "Page 7."),
        (run("See ") + f"<w:smartTag>{run('Orvane')}</w:smartTag>" + run("."), "See Orvane."),
        (run("So ") + "<m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath>" + run("."), "So a=b."),
        (
            "<w:r><w:ruby><w:rt>"
            + run("みず")
            + "</w:rt><w:rubyBase>"
            + run("水")
            + "</w:rubyBase></w:ruby></w:r>",
            "水",
        ),
        (
            f'<w:moveFrom w:id="1">{run("old")}</w:moveFrom><w:moveTo w:id="2">{run("new place")}</w:moveTo>',
            "new place",
        ),
    ],
    ids=["tracked changes", "content control", "field", "smart tag", "formula", "ruby", "moved text"],
)
def test_words_of_every_kind_stand_in_their_sentence(inner: str, said: str) -> None:
    assert text(p(inner)) == said


@pytest.mark.parametrize(
    "inner",
    [
        f"<w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r>",
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
        "</mc:AlternateContent></w:r>",
        f"<w:r><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></w:r>",
    ],
    ids=["older form", "both forms", "newer form alone", "bare drawing"],
)
def test_a_text_box_is_read_once(inner: str) -> None:
    assert text(p("The board met.") + p(inner)).count("Call 0800 111 222.") == 1


def test_a_content_control_around_paragraphs_is_read() -> None:
    assert text(f"<w:sdt><w:sdtContent>{p('All of it is in here.')}</w:sdtContent></w:sdt>") == (
        "All of it is in here."
    )


def test_merged_cells_are_said_in_each_row_and_columns_stay_in_line() -> None:
    body = table(
        cell("Prices from 1 May", '<w:gridSpan w:val="3"/>'),
        cell("Tariff") + cell("Season") + cell("Price"),
        cell("Home", '<w:vMerge w:val="restart"/>') + cell("Summer") + cell("1.90"),
        cell("", "<w:vMerge/>") + cell("Winter") + cell("2.35"),
    )
    assert text(body) == (
        "Prices from 1 May\nTariff | Season | Price\nHome | Summer | 1.90\nHome | Winter | 2.35"
    )


def test_a_table_in_a_table_is_read_once() -> None:
    inner = table(cell("Summer") + cell("1.90 crowns"), cell("Winter") + cell("2.35 crowns"))
    said = text(table(cell("Tariff") + cell(inner + p(""))))
    assert said == "Tariff | Summer | 1.90 crowns\nWinter | 2.35 crowns"


def test_a_footnote_stands_at_the_end_with_its_mark() -> None:
    notes = f'<w:footnotes {NAMES}><w:footnote w:id="2">{p("Two were absent.")}</w:footnote></w:footnotes>'
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r2" Type="{R}/footnotes" Target="footnotes.xml"/>'
        f'<Relationship Id="r3" Type="{R}/image" Target="media/gone.png"/></Relationships>'
    )
    body = p(run("The board met.") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    parts = {"word__footnotes_xml": notes, "word___rels__document_xml_rels": links}
    assert text(body, **parts) == "The board met.[1]\n\n[1] Two were absent."


def test_the_strict_form_is_read() -> None:
    (one,) = read(docx(p("The board met on Friday."), strict=True))
    assert isinstance(one, Article)
    assert one.text == "The board met on Friday."


def test_without_properties_the_title_is_the_first_heading_or_the_file_name() -> None:
    heading = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{run("Water prices")}</w:p>'
    styles = (
        f'<w:styles {NAMES}><w:style w:type="paragraph" w:styleId="Heading1">'
        '<w:name w:val="heading 1"/></w:style></w:styles>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r2" Type="{R}/styles" Target="styles.xml"/></Relationships>'
    )
    parts = {"word__styles_xml": styles, "word___rels__document_xml_rels": links}
    (titled,) = read(docx(heading + p("They rise."), **parts))
    (untitled,) = read(docx(p("They rise.") + heading, **parts))
    assert isinstance(titled, Article)
    assert isinstance(untitled, Article)
    assert (titled.title, titled.text) == ("Water prices", "They rise.")
    assert untitled.title == "The file"


NUMBERING = (
    f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>'
    '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
    "</w:lvlOverride></w:num></w:numbering>"
)
NUMBERING_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r2" Type="{R}/numbering" Target="numbering.xml"/></Relationships>'
)


def item(words: str, number: int = 1, level: int = 0) -> str:
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        f"{run(words)}</w:p>"
    )


def test_steps_keep_their_numbers_across_what_stands_between_them() -> None:
    body = (
        item("Close the valve.")
        + item("Drain the pipe.")
        + p("Wait for an hour.")
        + item("Open the lid.")
        + item("Lift it.", level=1)
        + item("Tell the office.", number=3)
        + item("Gloves", number=2)
    )
    parts = {"word__numbering_xml": NUMBERING, "word___rels__document_xml_rels": NUMBERING_LINKS}
    assert text(body, **parts) == (
        "1. Close the valve.\n2. Drain the pipe.\n\nWait for an hour.\n\n3. Open the lid.\n   1. Lift it.\n"
        "5. Tell the office.\n\n- Gloves"
    )

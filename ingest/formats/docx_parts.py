"""The parts of a Word document, made ready for mammoth: what it would pass over in words that it reads."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from lxml.etree import Element, SubElement, XMLParser, fromstring, tostring

from ingest.formats.docx_numbering import mark_numbers

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORDS = f"{{{_W}}}"
# Word writes either of two sets of names for the same things; ISO/IEC 29500 calls this one "Strict".
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _W.encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/",
        b"http://schemas.openxmlformats.org/drawingml/2006/",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
_TEXTS = re.compile(r"word/(document|footnotes|endnotes)[0-9]*\.xml")
# What holds words, and is nothing to mammoth: fields, and runs in the other direction of writing.
_CONTAINERS = ("fldSimple", "dir", "bdo")


def prepared(archive: ZipFile) -> BytesIO:
    """The document as a file, with its markup only: pictures are not read, and may be missing."""
    parts = {
        name: _usual(archive.read(name)) for name in archive.namelist() if name.endswith((".xml", ".rels"))
    }
    # Other programs than Word may call its files otherwise; those have no numbers here.
    numbering, styles = (
        _tree(parts[name]) if name in parts else None for name in ("word/numbering.xml", "word/styles.xml")
    )
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as out:
        for name, data in parts.items():
            if _TEXTS.fullmatch(name):
                tree = _tree(data)
                _open_up(tree)
                mark_numbers(tree, numbering, styles)
                data = tostring(tree)
            out.writestr(name, data)
    made.seek(0)
    return made


def _usual(data: bytes) -> bytes:
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    return data


def _tree(data: bytes) -> Any:
    return fromstring(data, XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _open_up(tree: Any) -> None:
    """Take what mammoth does not know out of its wrapping."""
    for name in _CONTAINERS:
        for element in tree.iter(f"{_WORDS}{name}"):
            element.tag = f"{_WORDS}smartTag"
    for ruby in list(tree.iter(f"{_WORDS}ruby")):
        _replace(ruby, list(ruby.iterfind(f"{_WORDS}rubyBase/{_WORDS}r")), tag="smartTag")
    for formula in list(tree.iter("{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath")):
        run = Element(f"{_WORDS}r")
        SubElement(run, f"{_WORDS}t").text = "".join(part.text or "" for part in formula.iter("{*}t"))
        _replace(formula, [run], tag="smartTag")
    for drawing in [*tree.iter("{*}AlternateContent"), *tree.iter(f"{_WORDS}drawing")]:
        # A text box comes in two forms, of which the first is enough.
        if (box := next(drawing.iter(f"{_WORDS}txbxContent"), None)) is not None:
            boxes = [one for one in _outermost(drawing) if _form(one, drawing) is _form(box, drawing)]
            _replace(drawing, boxes, tag="smartTag")


def _outermost(drawing: Any) -> list[Any]:
    """The text boxes of a drawing that are in no other one."""
    boxes = list(drawing.iter(f"{_WORDS}txbxContent"))
    return [one for one in boxes if not any(above in boxes for above in one.iterancestors())]


def _form(box: Any, drawing: Any) -> Any:
    """Which of the drawing's forms a box is in: the child of the drawing that leads to it."""
    if drawing.tag.endswith("}drawing"):
        return drawing
    return next(one for one in (box, *box.iterancestors()) if one.getparent() is drawing)


def _replace(element: Any, parts: list[Any], tag: str) -> None:
    """Put the parts in the place of an element, within one that says nothing of its own."""
    for child in list(element):
        element.remove(child)
    element.tag, element.text = f"{_WORDS}{tag}", None
    element.extend(parts)

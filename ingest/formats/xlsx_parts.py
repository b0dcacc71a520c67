"""What openpyxl passes over where it reads a workbook row by row.

Which sheets, rows and columns are hidden, which cells reach over several rows, which formulas were never
calculated.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from index.errors import DocumentError

_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_MOST_MERGED = 20_000
_MOST_COLUMNS = 16_384
_NOT_HERE = "it is no Excel workbook (.xlsx); open it and save it as one"
# Excel writes either of two sets of names for the same things; ISO/IEC 29500 calls this one "Strict".
_STRICT = b"http://purl.oclc.org/ooxml/"
_USUAL = (
    (_STRICT + b"spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        _STRICT + b"officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (_STRICT + b"drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, where it stands in the file, and whether a reader sees it."""

    name: str
    place: str
    hidden: bool


@dataclass(slots=True)
class Shape:
    """What a sheet's cells are besides their values. Rows and columns count from 1.

    `down` has, by the first row, the columns whose cell reaches down, and to which row; `uncalculated` counts
    formulas without a value.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    down: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    uncalculated: int = 0


def usual(data: bytes, archive: ZipFile) -> bytes:
    """The workbook by the names that openpyxl knows."""
    if _STRICT + b"spreadsheetml" not in archive.read("xl/workbook.xml"):
        return data
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as out:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                part = archive.read(name)
                for strict, known in _USUAL:
                    part = part.replace(strict, known)
                out.writestr(name, part)
    return made.getvalue()


def sheets(archive: ZipFile) -> list[Sheet]:
    """The sheets of cells of a workbook, in its order."""
    package = _targets(archive, "_rels/.rels", "")
    place = next((target for kind, target in package.values() if kind == "officeDocument"), "")
    if not place or place not in archive.namelist():
        raise DocumentError(_NOT_HERE)
    folder, name = posixpath.split(place)
    related = _targets(archive, f"{folder}/_rels/{name}.rels", folder)
    found: list[Sheet] = []
    for sheet in _tree(archive.read(place)).iter("{*}sheet"):
        reference = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        kind, target = related.get(reference, ("", ""))
        if kind == "worksheet":
            hidden = sheet.get("state", "visible") != "visible"
            found.append(Sheet(sheet.get("name") or "", target, hidden))
    return found


def shape(archive: ZipFile, sheet: Sheet) -> Shape:
    """What the cells of a sheet are besides their values."""
    from lxml import etree

    found = Shape()
    merged = 0
    with archive.open(sheet.place) as part:
        wanted = ("{*}c", "{*}row", "{*}col", "{*}mergeCell")
        number = 0
        for _, element in etree.iterparse(
            part, tag=wanted, resolve_entities=False, no_network=True, huge_tree=False
        ):
            match element.tag.rpartition("}")[2]:
                case "c":
                    _count_formula(element, found)
                    continue
                case "row":
                    number = _whole(element.get("r"), number + 1)
                    if element.get("hidden") in ("1", "true"):
                        found.hidden_rows.add(number)
                case "col" if element.get("hidden") in ("1", "true"):
                    first, last = (_whole(element.get(name), 0) for name in ("min", "max"))
                    found.hidden_columns.update(range(first, min(last, _MOST_COLUMNS) + 1))
                case "mergeCell" if merged < _MOST_MERGED:
                    merged += 1
                    _note_merged(element.get("ref") or "", found)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return found


def _count_formula(cell: Any, found: Shape) -> None:
    says = {one.tag.rpartition("}")[2]: bool(one.text) for one in cell if isinstance(one.tag, str)}
    found.uncalculated += "f" in says and not says.get("v")


def _note_merged(reference: str, found: Shape) -> None:
    if corners := _RANGE.fullmatch(reference):
        first, last = int(corners[2]), int(corners[4])
        if last > first:
            found.down.setdefault(first, []).append((_column(corners[1]), last))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _targets(archive: ZipFile, name: str, folder: str) -> dict[str, tuple[str, str]]:
    """What a part of the file refers to: by id, of what kind it is and where it stands."""
    return dict(_references(archive, name, folder)) if name in archive.namelist() else {}


def _references(archive: ZipFile, name: str, folder: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for one in _tree(archive.read(name)).iter("{*}Relationship"):
        target = one.get("Target") or ""
        place = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        yield one.get("Id") or "", (posixpath.basename(one.get("Type") or ""), place)


def _tree(data: bytes) -> Any:
    from lxml.etree import XMLParser, fromstring

    return fromstring(data, XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _whole(written: str | None, otherwise: int) -> int:
    usable = written is not None and written.isascii() and written.isdecimal() and len(written) < 8
    return int(written or "") if usable else otherwise

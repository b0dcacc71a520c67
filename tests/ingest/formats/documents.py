"""Documents of every kind, made by hand, and what becomes of them."""

import io
import zipfile
from collections.abc import Sequence

from index.types import Article
from ingest.documents import Document, Failure, Format, Notice
from ingest.formats.extract import extract
from tests.site import FERRY

TEXT = "\n\n".join(FERRY)


def read(
    form: Format, data: bytes, origin: str = "/in/the-file.x", **about: object
) -> list[Article | Failure | Notice]:
    return list(extract(Document(origin, origin, form, content=data, **about)))  # type: ignore[arg-type]


def only(form: Format, data: bytes, **about: object) -> Article:
    (article,) = read(form, data, **about)  # type: ignore[arg-type]
    assert isinstance(article, Article), article
    return article


def pdf(*pages: str, title: str = "Ferry strikes pier") -> bytes:
    """A PDF of these pages, a line each (written by hand: nothing that reads PDF files here writes them)."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for page in pages:
        lines = "".join(f"({line}) Tj T* " for line in page.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 50 750 Td {lines} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({title}) /Author (Ada Fenwick) /CreationDate (D:20260312083000Z) >>")
    return pdf_file(objects, f" /Info {len(objects)} 0 R")


def pdf_file(objects: Sequence[str], about: str = "") -> bytes:
    """A PDF file of these objects, of which the first is its catalog."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{about} >>\nstartxref\n{start}\n%%EOF"
    return out + end.encode()


def zipped(**members: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return file.getvalue()

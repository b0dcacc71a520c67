"""Archives of files and of the web: each member that a folder would give is read."""

import io
import tarfile
import zipfile

import pytest

from index.types import Article
from ingest.documents import Failure, Format
from tests.ingest.formats.documents import read
from tests.site import FERRY, story


def warc(*pages: tuple[str, str]) -> bytes:
    out = b""
    for link, body in pages:
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}".encode()
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {link}\r\nContent-Type: application/http\r\n"
        out += f"{head}Content-Length: {len(answer)}\r\n\r\n".encode() + answer + b"\r\n\r\n"
    return out


def test_a_web_archive_gives_the_latest_of_each_page() -> None:
    pages = [story(f"Story {n}", *FERRY, f"This is capture {n}.") for n in range(3)]
    archive = warc(
        ("https://w.example/a", pages[0]),
        ("https://w.example/b", pages[1]),
        ("https://w.example/a", pages[2]),
    )
    found = {one.url: one.title for one in read(Format.WARC, archive) if isinstance(one, Article)}
    assert found == {"https://w.example/b": "Story 1", "https://w.example/a": "Story 2"}


@pytest.mark.parametrize("below", ["", "./"], ids=["of what was named", "of the folder that it was made in"])
@pytest.mark.parametrize("packing", ["zip", "tar", "tar.gz"])
def test_an_archive_is_read_like_a_folder(packing: str, below: str) -> None:
    members = {
        "a.md": "# A\n\nThe first.",
        "in/b.txt": "The second.",
        "x.png": "no",
        "broken.pdf": "%PDF- no",
        ".c.md": "x",
        "~$d.docx": "x",
        ".": "",
    }
    members = {f"{below}{name}": text for name, text in members.items()}
    file = io.BytesIO()
    if packing == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            for name, text in members.items():
                archive.writestr(name, text)
    else:
        with tarfile.open(fileobj=file, mode="w:gz" if packing == "tar.gz" else "w") as tar:
            for name, text in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text.encode()))
    found = read(Format.ZIP if packing == "zip" else Format.TAR, file.getvalue(), "/in/all.zip")
    assert {one.text for one in found if isinstance(one, Article)} == {"The first.", "The second."}
    (failure,) = [one for one in found if isinstance(one, Failure)]
    assert failure.origin == f"/in/all.zip/{below}broken.pdf"


def test_links_and_devices_in_an_archive_are_named_and_not_followed() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, kind in (
            ("link.md", tarfile.SYMTYPE),
            ("device.md", tarfile.CHRTYPE),
            ("pipe.md", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    found = read(Format.TAR, file.getvalue())
    assert len(found) == 3
    assert all(isinstance(one, Failure) and "link or device" in one.reason for one in found)

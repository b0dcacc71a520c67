"""Text recognition (OCR) of pages that are pictures, by tesseract, where that is installed."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from ingest.formats.pdf_layout import Word

Recogniser = Callable[[Any], list[tuple[list[Word], bool]]]
"""Gives the lines of a page that it is shown, as pypdfium2 opened it."""
# What tesseract was trained on.
_DOTS_AN_INCH = 300
# A page larger than a broadsheet is drawn coarser, so that its picture fits into memory.
_MOST_DOTS = 40_000_000
_SECONDS = 25
_NO_LANGUAGES = ("osd", "equ", "snum")
_MOST_LANGUAGES = 4
# Of tesseract's table: page, block, paragraph and line number, the box, how sure it is, the word.
_LEVEL_WORD = "5"
_LEAST_SURE = 30.0


@cache
def recogniser() -> Recogniser | None:
    """What reads pictures of pages; None where tesseract is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603 (the system's own program, and no word of a document)
            [program, "--list-langs"], capture_output=True, text=True, timeout=_SECONDS, check=True
        ).stdout.split("\n")[1:]
    except (OSError, subprocess.SubprocessError):
        return None
    languages = [name for name in listed if name and name not in _NO_LANGUAGES and "/" not in name]
    # English first, as everywhere; each further language takes its time.
    languages = sorted(languages, key=lambda name: name != "eng")[:_MOST_LANGUAGES]
    command = [program, "stdin", "stdout", "-l", "+".join(languages), "tsv"]
    return (lambda page: list(_recognised(command, page))) if languages else None


def _recognised(command: list[str], page: Any) -> Iterator[tuple[list[Word], bool]]:
    width, height = page.get_size()
    scale = min(_DOTS_AN_INCH / 72, (_MOST_DOTS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    drawn = b"".join(
        bytes(rows[at : at + bitmap.width]) for at in range(0, bitmap.stride * bitmap.height, bitmap.stride)
    )
    picture = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + drawn
    bitmap.close()
    try:
        table = subprocess.run(  # noqa: S603 (as above; the picture goes through its standard input)
            command,
            input=picture,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return
    lines: dict[tuple[str, ...], list[Word]] = {}
    for row in table.split("\n")[1:]:
        columns = row.split("\t")
        if len(columns) < 12 or columns[0] != _LEVEL_WORD or float(columns[10]) < _LEAST_SURE:
            continue
        left, top, wide, tall = (int(one) / scale for one in columns[6:10])
        word = Word(columns[11].strip(), left, height - top - tall, left + wide, height - top)
        if word.text:
            lines.setdefault(tuple(columns[1:5]), []).append(word)
    for found in lines.values():
        # As high as the line, as the boxes of a font are.
        low, high = min(word.bottom for word in found), max(word.top for word in found)
        words = [Word(word.text, word.left, low, word.right, high) for word in found]
        yield words, words[-1].text.endswith("-") and len(words[-1].text) > 1

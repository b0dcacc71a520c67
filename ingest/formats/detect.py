"""The format of a document, from its first bytes."""

from ingest.documents import Format


def sniff_format(data: bytes) -> Format:
    """The format that bytes without a name look like."""
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    head = data[:4096]
    start = head[:64].lower()
    if start.startswith((b"{", b"[{", b"[\n", b"[ ")):
        first, _, rest = data.partition(b"\n")
        several = first.rstrip().endswith(b"}") and first.lstrip().startswith(b"{")
        return Format.JSON_LINES if several and (not rest or rest.lstrip().startswith(b"{")) else Format.JSON
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<article", b"<?xml", b"<!--")):
        return Format.HTML
    lines = head.split(b"\n")
    marked = lines[0].rstrip() == b"---" or any(line.startswith((b"# ", b"## ")) for line in lines)
    return Format.MARKDOWN if marked else Format.TEXT

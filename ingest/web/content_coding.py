"""How an answer is packed, by its Content-Encoding."""

import zlib
from collections.abc import Iterable, Iterator

# https://www.iana.org/assignments/http-parameters/http-parameters.xhtml#content-coding
_CODINGS = frozenset(
    {
        "aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "gzip", "identity", "pack200-gzip",
        "x-compress", "x-gzip", "zstd",
    }
)  # fmt: skip


def content_coding(stated: str) -> str:
    """The coding that a header states; "" for what is none, as a character set, which browsers ignore."""
    return ", ".join(one for part in stated.split(",") if (one := part.strip().lower()) in _CODINGS)


def unpacked(stream: Iterable[bytes], cap: int) -> Iterator[bytes]:
    """The unpacked bytes of a gzip or zlib stream; at most one byte more than `cap` of them.

    Raises zlib.error where it is none, or cut off.
    """
    unpacker = zlib.decompressobj(wbits=47)
    given = 0
    for part in stream:
        while part and given <= cap:
            plain = unpacker.decompress(part, min(1 << 20, cap + 1 - given))
            given += len(plain)
            yield plain
            part = unpacker.unconsumed_tail
        if given > cap or unpacker.eof:
            return
    if not unpacker.eof:
        raise zlib.error("cut off")

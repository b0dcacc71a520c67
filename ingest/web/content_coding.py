"""How an answer is packed, by its Content-Encoding."""

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

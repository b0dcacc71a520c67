"""What XML is of, told by its first bytes, whatever it is said to be."""

import re

_HEAD = 4_096
_ROOT = re.compile(
    rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype[^>\[]*(?:\[.*?\]\s*)?>\s*)*<(?:[\w.-]+:)?([a-z]+)",
    re.IGNORECASE | re.DOTALL,
)


def root_name(data: bytes) -> str:
    """The name of the first element, in lower case, without its prefix; "" where none begins there.

    What a server printed before the XML, as warnings of its programs, is passed over.
    """
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    found = _ROOT.match(head[max(0, head.rfind(b"<?xml")) :])
    return found[1].decode().lower() if found else ""

"""Links of articles as they may stand in a document, or be opened: whoever wrote an article chose them."""

from urllib.parse import urlsplit

_PERCENT = {one: f"%{ord(one):02X}" for one in ' <>"\\{}|^`'}


def web_address(url: str) -> str:
    """A link that may stand in a document: of the web, without blanks or brackets that would end it early.

    "" for anything else, such as a script or a file.
    """
    plain = "".join(_PERCENT.get(one, one) for one in url if one.isprintable())
    try:
        parts = urlsplit(plain)
    except ValueError:
        return ""
    return plain if parts.scheme in ("http", "https") and parts.netloc else ""

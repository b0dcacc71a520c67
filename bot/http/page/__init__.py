"""The page: three files that a browser loads, without a framework or a build step, and nothing else."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

# By their paths: the file, and its type.
PAGE = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
# No script, style or picture but its own, and no word of an article can become one.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


async def page_file(request: Request) -> Response:
    """One of the files."""
    name, kind = PAGE[request.url.path]
    return Response(
        (Path(__file__).parent / name).read_bytes(),
        media_type=kind,
        headers={"content-security-policy": _POLICY, "cache-control": "no-cache"},
    )

"""How a Chroma server is reached: settings, a connection that gives up, and its errors as sentences."""

import http.client
import json
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from index.errors import (
    RecordError,
    UsageError,
    VectorsBusy,
    VectorsRefused,
    VectorsUnreachable,
    VectorsUnreadable,
)

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

MOST = 5_000_000
"""Vectors in a collection, where the settings do not say: what Chroma Cloud lets one hold."""
_PATIENCE = 10.0
# What a server or a proxy before it answers when it may do better later.
_LATER = (429, 502, 503, 504)
_LIMIT = re.compile(r"exceeds limit of (\d+)")
# Nothing, or a tenant and a database.
_PATH = re.compile(r"/?|/[\w.~-]+/[\w.~-]+/?")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]+)")


@dataclass(frozen=True)
class Server:
    """Where the server is, and how it is spoken to; `headers` are secret, `ca` a file of certificates.

    A collection is made to hold `most` vectors; where there are more, they go into several.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca: str = ""
    most: int = MOST

    @property
    def tenant(self) -> str:
        """Whose databases are meant; the address's path names both or none."""
        return urlsplit(self.url).path.strip("/").partition("/")[0] or "default_tenant"

    @property
    def database(self) -> str:
        """Which database of the tenant holds the collections."""
        return urlsplit(self.url).path.strip("/").partition("/")[2] or "default_database"

    @property
    def host(self) -> str:
        """Its name or address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Its port; a scheme has one of its own."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def secure(self) -> bool:
        """Whether it is spoken to by TLS."""
        return urlsplit(self.url).scheme == "https"


def server_of(url: str, headers: str = "", ca: str = "", most: int = MOST) -> Server | None:
    """The server that the settings name; None where vectors are kept in the record's folder.

    `headers` is a line each, "Name: value". Raises UsageError for what cannot be meant.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not _PATH.fullmatch(parts.path) or parts.query or parts.fragment:
        msg = (
            "vectors must be an address such as http://127.0.0.1:8000, or https://host/tenant/database, not "
            f"{_without_password(url)!r}."
        )
        raise UsageError(msg)
    if parts.username is not None or parts.password is not None:
        msg = "vectors must not hold a password; set vectors_headers to `Authorization: …` instead."
        raise UsageError(msg)
    if ca and (parts.scheme != "https" or not Path(ca).is_file()):
        why = "names no file" if parts.scheme == "https" else "is of use with https:// only"
        msg = f"vectors_ca {why}; it must be a file of certificates (PEM) of whoever signed the server's."
        raise UsageError(msg)
    found = [_HEADER.fullmatch(line.strip()) for line in headers.splitlines() if line.strip()]
    if not all(found):
        msg = "vectors_headers must be lines such as `Authorization: Bearer …`."
        raise UsageError(msg)
    return Server(url, {match[1]: match[2].strip() for match in found if match}, ca, most)


def ask_version(server: Server, patience: float = 5.0) -> str:
    """The version that the server says its interface is of.

    Raises VectorsUnreachable where nothing answers, UsageError where what answers is no Chroma server that
    this version of On Record can speak to.
    """
    status, said = _got(server, "/api/v2/version", patience)
    try:
        version = json.loads(said)
    except ValueError:
        version = None
    if status != 200 or not isinstance(version, str) or not version.startswith("1."):
        what = f"one of version {version[:20]}" if isinstance(version, str) else f"it says {status}"
        msg = (
            f"At {server.url} there is no Chroma server of version 1 ({what}); set vectors to one, or run "
            "the version that this On Record was made for."
        )
        raise UsageError(msg)
    return version


def check_server(server: Server, names: Sequence[str]) -> str:
    """What a health check says of the server and of the collections that it should hold.

    Quick, since it loads nothing. Raises as `ask_version`, and VectorsUnreadable where that is gone.
    """
    version = ask_version(server)
    if not all(_is_there(server, name) for name in names):
        raise lost(server)
    return f"{server.url} answers (version {version})"


def _is_there(server: Server, name: str) -> bool:
    path = f"/api/v2/tenants/{server.tenant}/databases/{server.database}/collections/{quote(name)}"
    status, said = _got(server, path, _PATIENCE)
    if status not in (200, 404):
        raise _failed(server, f"{status}: {said[:200].decode(errors='replace').strip() or 'no reason'}")
    return status == 200


def _got(server: Server, path: str, patience: float) -> tuple[int, bytes]:
    """The status and the beginning of what is at a path.

    Raises VectorsUnreachable where nothing answers, VectorsBusy, UsageError where it refuses the headers.
    """
    connection = _plain(server, patience)
    try:
        connection.request("GET", path, headers=dict(server.headers))
        answer = connection.getresponse()
        said = answer.read(1000)
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(server, error) from error
    finally:
        connection.close()
    if answer.status in _LATER:
        raise _busy(server, answer.status, answer.headers.get("Retry-After", ""))
    if answer.status in (401, 403):
        msg = f"The vector server at {server.url} does not accept vectors_headers ({answer.status})."
        raise UsageError(msg)
    return answer.status, said


def connect(server: Server, patience: float) -> "ClientAPI":
    """A client whose calls give up after `patience` seconds. Raises as `ask_version`."""
    # First by a connection that gives up: the library's own client waits without end.
    ask_version(server)
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False, chroma_server_ssl_verify=server.ca or None)
    with translate_errors(server):
        client: Any = chromadb.HttpClient(
            server.host,
            server.port,
            ssl=server.secure,
            headers=dict(server.headers),
            settings=settings,
            tenant=server.tenant,
            database=server.database,
        )
    # There are no settings for these; `tests/index/vectors/` holds that they work.
    session = client._server._session
    session.timeout = patience
    session.event_hooks = {"response": [lambda response: _raise_if_busy(server, response)]}
    found: ClientAPI = client
    return found


def close(client: Any) -> None:
    """Close a client, and its connections: the library leaves those to the garbage collector."""
    with suppress(Exception):
        for part in (client, client._admin_client):
            part._server._session.close()
    with suppress(Exception):
        client.close()


def _plain(server: Server, patience: float) -> http.client.HTTPConnection:
    if not server.secure:
        return http.client.HTTPConnection(server.host, server.port, timeout=patience)
    try:
        context = ssl.create_default_context(cafile=server.ca or None)
    except (OSError, ssl.SSLError) as error:
        msg = f"vectors_ca {server.ca} holds no certificates."
        raise UsageError(msg) from error
    return http.client.HTTPSConnection(server.host, server.port, timeout=patience, context=context)


@contextmanager
def translate_errors(server: Server) -> Iterator[None]:
    """The server's and the network's errors as ours."""
    from chromadb.errors import ChromaError, NotFoundError, RateLimitError

    try:
        yield
    except RecordError:
        raise
    except NotFoundError as error:
        raise lost(server) from error
    except ChromaError as error:
        # While the library makes a client, no hook of ours is there to see the status.
        if isinstance(error, RateLimitError) or "rate limit" in str(error).lower():
            raise _busy(server, 429) from error
        if "exceeded quota" in str(error):
            raise _refused(server, str(error)) from error
        raise _failed(server, type(error).__name__) from error
    except Exception as error:
        raise _unreachable(server, error) from error


def _raise_if_busy(server: Server, response: Any) -> None:
    # The library keeps the text of such an answer only, which need not say anything.
    if response.status_code in _LATER:
        raise _busy(server, response.status_code, response.headers.get("Retry-After", ""))


def _busy(server: Server, status: int, after: str = "") -> VectorsBusy:
    return VectorsBusy(
        f"The vector server at {server.url} is busy, or asked more often than it allows ({status}); try "
        "again later.",
        float(after) if re.fullmatch(r"\d{1,4}", after.strip()) else 0.0,
    )


def _failed(server: Server, said: str) -> VectorsUnreadable:
    return VectorsUnreadable(
        f"The vector server at {server.url} could not do its work ({said}); look at its log. "
        "`onrecord rebuild` makes the vectors again."
    )


def _refused(server: Server, said: str) -> VectorsRefused:
    limit = _LIMIT.search(said)
    return VectorsRefused(
        f"The vector server at {server.url} has a quota that this is beyond ({said[:200].rstrip('. ')}); "
        "have it raised, or set vectors_shard to less.",
        int(limit[1]) if limit else 0,
    )


def _unreachable(server: Server, error: Exception) -> VectorsUnreachable:
    said = str(error).strip() or type(error).__name__
    waited = isinstance(error, TimeoutError) or "Timeout" in type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        said = f"{error.verify_message}; set vectors_ca to the certificate of whoever signed the server's"
    elif waited:
        said = "it does not answer"
    return VectorsUnreachable(
        f"The vector server at {server.url} cannot be reached ({said[:200]}); see that it runs, then try "
        "again.",
        waited=waited,
    )


def lost(server: Server) -> VectorsUnreadable:
    """That the server does not hold what the catalog names."""
    return VectorsUnreadable(
        f"The vector server at {server.url} does not hold the vectors of this record; run `onrecord rebuild` "
        "to make them again."
    )


def _without_password(url: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", url)

"""Files that come with a question: read for its answer, as what is put on record is, and then forgotten."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.answer_pool import AnswerPool
from bot.slack.client import LOG, SlackClient, why
from bot.slack.events import Attachment
from bot.slack.settings import ChannelSettings
from ingest.documents import Document, Format

UNREAD = (
    "I did not read what is attached: I answer from the articles on record. "
    "To put a page on record, write “read” and its address."
)
ASK = "To have what is attached read, ask your question in the same message."
_READ = (Format.PDF, Format.DOCX, Format.XLSX, Format.CSV, Format.TEXT, Format.MARKDOWN)
_MOST, _MOST_BYTES = 3, 10_000_000
_UNNAMED = "what is attached"
_SCOPE = "Slack does not give me files; the people who run me can add the scope files:read"


@dataclass(frozen=True)
class Attached:
    """What came with a question: a record of it in `home`, None where there is none.

    `problems` say what was not read and why, a sentence each.
    """

    home: Path | None = None
    problems: tuple[str, ...] = ()


class NotFetched(Exception):
    """A file that cannot be read, with the reason as people read it."""


class AttachmentReader:
    """Reads what is attached to questions."""

    def __init__(self, client: SlackClient, pool: AnswerPool) -> None:
        self._client = client
        self._pool = pool

    @asynccontextmanager
    async def opened(
        self, attachments: Sequence[Attachment], channel: ChannelSettings
    ) -> AsyncIterator[Attached]:
        """What is attached, until the answer is made."""
        if not attachments or not channel.read_files:
            yield Attached(problems=(UNREAD,) if attachments else ())
            return
        with TemporaryDirectory(prefix="onrecord-", ignore_cleanup_errors=True) as folder:
            home = Path(folder) / "record"
            documents, problems = await self._fetched(attachments)
            failed = await self._pool.run(self._pool.put, channel, home, documents) if documents else []
            problems += [f"I could not read {name}: {reason}." for name, reason in failed]
            try:
                yield Attached(home if len(failed) < len(documents) else None, tuple(problems))
            finally:
                await self._pool.look(self._pool.forget, home)

    async def _fetched(self, attachments: Sequence[Attachment]) -> tuple[list[Document], list[str]]:
        documents: list[Document] = []
        problems: list[str] = []
        for attachment in attachments[:_MOST]:
            try:
                document = await self._document(attachment)
                same = sum(one.root == document.root for one in documents)
                # Slack gives a name to several files, and of documents it is what tells them apart.
                documents.append(
                    replace(document, origin=f"{document.origin} ({same + 1})") if same else document
                )
            except NotFetched as error:
                problems.append(f"I could not read {attachment.name or _UNNAMED}: {error}.")
        if len(attachments) > _MOST:
            problems.append(f"I read {_MOST} files at once; please send the others with another question.")
        return documents, problems

    async def _document(self, attachment: Attachment) -> Document:
        form = Format.of(attachment.name) or Format.of(f"file.{attachment.type}")
        if form not in _READ:
            msg = "I read PDF, Word, Excel, CSV and text files only"
            raise NotFetched(msg)
        if attachment.size > _MOST_BYTES:
            raise NotFetched(_TOO_LARGE)
        try:
            url = attachment.url or await self._url(attachment.id)
            name = attachment.name or _UNNAMED
            return Document(name, name, form, content=await self._bytes(url))
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("a file: %s", why(error))
            raise NotFetched(
                _SCOPE if why(error) == "missing_scope" else "Slack did not give it to me"
            ) from error

    async def _url(self, id_: str) -> str:
        """Where a file of another organisation is, which the event does not say."""
        found = await self._client.files_info(file=id_)
        return str((found.get("file") or {}).get("url_private") or "")

    async def _bytes(self, url: str) -> bytes:
        if not self._is_slacks(url) or self._client.session is None:
            msg = "it is not kept by Slack; put its address on record with “read”"
            raise NotFetched(msg)
        headers = {"Authorization": f"Bearer {self._client.token}"}
        async with self._client.session.get(url, headers=headers, allow_redirects=False) as answer:
            # Whom Slack does not let read a file it sends to the page on which people sign in.
            if answer.status in (301, 302, 303, 401, 403) or answer.content_type == "text/html":
                raise NotFetched(_SCOPE)
            if answer.status != 200:
                msg = "Slack did not give it to me"
                raise NotFetched(msg)
            data = bytearray()
            async for block in answer.content.iter_chunked(1 << 16):
                data += block
                if len(data) > _MOST_BYTES:
                    raise NotFetched(_TOO_LARGE)
        return bytes(data)

    def _is_slacks(self, url: str) -> bool:
        """Whether the token may be sent there."""
        parts, api = urlsplit(url), urlsplit(self._client.base_url)
        slacks = parts.scheme == "https" and f".{parts.hostname}".endswith(".slack.com")
        return slacks or (parts.scheme, parts.netloc) == (api.scheme, api.netloc)


_TOO_LARGE = f"it is larger than {_MOST_BYTES // 1_000_000} MB"

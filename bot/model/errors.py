"""What went wrong at a model's server, in a sentence for the reader.

Every provider's client has errors of its own. What they share is looked at: an HTTP status with its headers,
or without one the names of errors of the connection.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from index.errors import WriterBusy, WriterError, WriterRefused
from ingest.web.retry_after import retry_after

_LONGEST_WORDS = 300
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_AGAIN = (408, 409, 425, 429)
_CONNECTION = ("Connect", "Timeout", "Protocol", "ReadError", "Transport", "Network")


def translate_error(error: BaseException) -> WriterError:
    """The error as one of ours: WriterBusy where trying again may help, WriterRefused where it is refused."""
    response, status = _answered(error)
    if status is None:
        if type(error).__name__ == "StreamChunkTimeoutError":
            return WriterError("The model's server sent nothing for too long.")
        if _of_the_connection(error):
            return WriterBusy("The model's server cannot be reached, or broke the connection.")
        return WriterError(
            f"What the model's server sent is no reply that can be read ({type(error).__name__}); "
            "look at its address, and whether it is a server of that kind."
        )
    if status == 429:
        wait = _wait(response)
        asks = f"; it asks to wait {wait:.0f} s" if wait >= 1 else ""
        return WriterBusy(f"The model is overloaded or its quota is used up (429{asks}).", wait)
    if status >= 500 or status in _AGAIN:
        return WriterBusy(f"The model's server failed ({status}).", _wait(response))
    if status in (401, 403):
        return WriterRefused(f"The model's server refused the key ({status}).")
    if status == 404:
        return WriterRefused("The model's server does not know the model, or its URL is wrong (404).")
    said = _own_words(error)
    return WriterRefused(f"The model's server did not accept the request ({status}){said}.")


def _answered(error: BaseException) -> tuple[Any, int | None]:
    """The server's response and its status, of the error or of one that it came from."""
    for one in _chain(error):
        response = getattr(one, "response", None)
        # Clients call it differently; Google's has it on the cause alone, as `code`.
        for status in (
            getattr(one, "status_code", None),
            getattr(response, "status_code", None),
            getattr(one, "code", None),
        ):
            if isinstance(status, int) and 400 <= status < 600:
                return response, status
    return None, None


def _own_words(error: BaseException) -> str:
    """What the server says of it, on one line: ": This model's maximum context length is 8192 tokens"."""
    told = next((said for one in _chain(error) if (said := _message(one))), str(error))
    line = " ".join(_UNPRINTABLE.sub(" ", told).split())
    return f": {line[:_LONGEST_WORDS].rstrip('. ')}" if line else ""


def _message(error: BaseException) -> str:
    """The server's message in what its client made of it: the body, or a text that ends with it."""
    for body in (getattr(error, name, None) for name in ("body", "details", "error")):
        if said := body if isinstance(body, str) else _message_in(body):
            return said
    text = str(error)
    try:
        return _message_in(json.loads(text[text.index("{") : text.rindex("}") + 1]))
    except ValueError:
        return ""


def _message_in(body: Any) -> str:
    """The "message" of an object, or of the "error" in it."""
    inner = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(inner, str):
        return inner
    told = inner.get("message") if isinstance(inner, dict) else None
    return told if isinstance(told, str) else ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it came from."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _of_the_connection(error: BaseException) -> bool:
    """Whether this error, or one that it came from, is about the connection; told by its name."""
    return any(
        isinstance(one, OSError) or any(part in type(one).__name__ for part in _CONNECTION)
        for one in _chain(error)
    )


def _wait(response: Any) -> float:
    """Seconds, from Retry-After (RFC 9110, 10.2.3: seconds or a date) or the finer retry-after-ms."""
    headers = getattr(response, "headers", None) or {}
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
    except (TypeError, ValueError):
        return 0.0
    return retry_after(headers.get("retry-after", ""))

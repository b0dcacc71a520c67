"""What went wrong at a model's server, in a sentence for the reader.

Every provider's client has errors of its own. What they share is looked at: an HTTP status with its headers,
or without one the names of errors of the connection.
"""

import re
from typing import Any

from index.errors import WriterBusy, WriterError
from ingest.web.retry_after import retry_after

_LONGEST_WORDS = 300
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_AGAIN = (408, 409, 425, 429)


def translate_error(error: BaseException) -> WriterError:
    """The error as one of ours; WriterBusy where trying again may help."""
    response, status = _answered(error)
    if status is None:
        if type(error).__name__ == "StreamChunkTimeoutError":
            return WriterError("The model's server sent nothing for too long.")
        if _of_the_connection(error):
            return WriterBusy("The model's server cannot be reached, or broke the connection.")
        return WriterError(f"The model's answer could not be read ({type(error).__name__}).")
    if status == 429:
        wait = _wait(response)
        asks = f"; it asks to wait {wait:.0f} s" if wait >= 1 else ""
        return WriterBusy(f"The model is overloaded or its quota is used up (429{asks}).", wait)
    if status >= 500 or status in _AGAIN:
        return WriterBusy(f"The model's server failed ({status}).", _wait(response))
    if status in (401, 403):
        return WriterError(f"The model's server refused the key ({status}).")
    if status == 404:
        return WriterError("The model's server does not know the model, or its URL is wrong (404).")
    said = _own_words(error)
    return WriterError(f"The model's server did not accept the request ({status}){said}.")


def _answered(error: BaseException) -> tuple[Any, int | None]:
    """The server's response and its status, of the error or of one that it came from."""
    one: BaseException | None = error
    for _ in range(10):
        if one is None:
            break
        response = getattr(one, "response", None)
        # Clients call it differently; Google's has it on the cause alone, as `code`.
        for status in (
            getattr(one, "status_code", None),
            getattr(response, "status_code", None),
            getattr(one, "code", None),
        ):
            if isinstance(status, int) and 400 <= status < 600:
                return response, status
        one = one.__cause__ or one.__context__
    return None, None


def _own_words(error: BaseException) -> str:
    """What the server says of it, on one line: ": This model's maximum context length is 8192 tokens"."""
    body = getattr(error, "body", None)
    told = body.get("message") if isinstance(body, dict) else None
    if isinstance(body, dict) and not told and isinstance(body.get("error"), dict):
        told = body["error"].get("message")
    line = " ".join(_UNPRINTABLE.sub(" ", str(told or error)).split())
    return f": {line[:_LONGEST_WORDS].rstrip('. ')}" if line else ""


def _of_the_connection(error: BaseException | None) -> bool:
    """Whether this error, or one that it came from, is about the connection; told by its name."""
    depth = 0
    while error is not None and depth < 10:
        name = type(error).__name__
        if isinstance(error, OSError) or any(
            part in name for part in ("Connect", "Timeout", "Protocol", "ReadError", "Transport", "Network")
        ):
            return True
        error, depth = error.__cause__ or error.__context__, depth + 1
    return False


def _wait(response: Any) -> float:
    """Seconds, from Retry-After (RFC 9110, 10.2.3: seconds or a date) or the finer retry-after-ms."""
    headers = getattr(response, "headers", None) or {}
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
    except (TypeError, ValueError):
        return 0.0
    return retry_after(headers.get("retry-after", ""))

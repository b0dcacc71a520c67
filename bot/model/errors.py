"""What went wrong at a model's server, in a sentence for the reader.

Every provider's client has errors of its own. What they share is looked at: an HTTP status with its headers,
or without one the names of errors of the connection.
"""

from typing import Any

from index.errors import WriterBusy, WriterError
from ingest.web.retry_after import retry_after

_AGAIN = (408, 409, 425, 429)


def translate_error(error: BaseException) -> WriterError:
    """The error as one of ours; WriterBusy where trying again may help."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if not isinstance(status, int):
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
    return WriterError(f"The model's server did not accept the request ({status}).")


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

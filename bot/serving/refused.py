"""Requests that are not served, and why, in the form that clients of OpenAI's API read errors in."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

from starlette.exceptions import HTTPException

from bot.monitoring.logs import request_id
from index.errors import OnRecordError, Overloaded, RecordError, Retryable, UsageError

LOG = logging.getLogger("onrecord.serving")
UNFORESEEN = "Something went wrong here; whoever runs On Record finds it in the log as request {}."


@dataclass
class Refused(Exception):
    """A request that is not served: the status, and a sentence for who asked."""

    status: int
    said: str
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal_of(error: Exception, what: str) -> Refused:
    """How an error is told over HTTP; one that nobody foresaw goes into the log, with `what` failed."""
    match error:
        case Refused():
            return error
        case HTTPException():
            return Refused(error.status_code, "There is no such path or method here.", error.headers or {})
        case Overloaded():
            return Refused(429, str(error), {"retry-after": str(ceil(error.wait))})
        case UsageError():
            return Refused(400, str(error))
        case RecordError() | Retryable():
            return Refused(503, str(error), {"retry-after": "5"})
        case OnRecordError():
            return Refused(500, str(error))
    LOG.error("%s failed", what, exc_info=error)
    return Refused(500, UNFORESEEN.format(request_id()))


def error_body(refused: Refused) -> dict[str, Any]:
    """The body of the response."""
    kind = HTTPStatus(refused.status).phrase.lower().replace(" ", "_")
    return {"error": {"message": refused.said, "type": kind, "code": refused.status}}

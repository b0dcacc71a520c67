"""Logs: a line an event, for people or as JSON, with the id of the request that it belongs to.

By the standard library, whose loggers the libraries under us use as well; what we add is a format. Nothing
here logs a question, an article or an answer, only their ids, counts and times. Secrets are masked in the
finished line, whoever wrote it: by their form, and by the values of the variables that hold them.
"""

import json
import logging
import os
import re
import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any, TextIO

from bot.monitoring.masking import Masking
from index.errors import OnRecordError

FORMATS = ("people", "json")
_REQUEST: ContextVar[str] = ContextVar("request", default="")
# One line must not fill a disk, whatever an error quotes.
_LONGEST = 4000
# Errors that led to one another, in one trace.
_CHAIN = 5
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# These show whole requests, headers and bodies below a warning.
_LOUD = ("slack_bolt", "slack_sdk", "aiohttp", "httpx", "httpcore", "httpx2", "urllib3", "openai", "chromadb")
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _StandardError(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to what stderr is at that moment, which may be another than when the handler was made."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """Where lines go."""
        return sys.stderr


def set_up(form: str, environment: Mapping[str, str] = os.environ, stream: IO[str] | None = None) -> None:
    """Log to `stream` (stderr), in one of `FORMATS`: our own lines from INFO on, the libraries' warnings."""
    handler = logging.StreamHandler(stream) if stream else _StandardError()
    handler.setFormatter((_Json if form == "json" else _ForPeople)(Masking(environment)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("onrecord").setLevel(logging.INFO)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)


def say(sentence: str, level: int = logging.ERROR) -> bool:
    """Log what a command has to say to whoever runs it, where logs are JSON; False where people read."""
    if not any(isinstance(handler.formatter, _Json) for handler in logging.getLogger().handlers):
        return False
    logging.getLogger("onrecord").log(level, "%s", sentence)
    return True


@contextmanager
def request(id_: str = "") -> Iterator[str]:
    """Everything logged in the block, and in tasks and contexts made there, carries `id_` or a new id."""
    # Short enough to be read out: an apology names it.
    id_ = id_ or secrets.token_hex(4)
    token = _REQUEST.set(id_)
    try:
        yield id_
    finally:
        _REQUEST.reset(token)


def request_id() -> str:
    """The id of the request that is being served here; "" outside of any."""
    return _REQUEST.get()


class _Line(logging.Formatter):
    def __init__(self, mask: Masking) -> None:
        super().__init__()
        self._mask = mask

    def said(self, record: logging.LogRecord) -> str:
        """The message, whole, masked, and no longer than a line should be."""
        said = self._mask(record.getMessage())
        return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}… ({len(said):,} characters)"

    def trace(self, record: logging.LogRecord) -> str:
        """Where an error came from; its innermost frames, when it is long.

        Without the messages of errors that are not ours: a parser's or a database's may quote what it read.
        """
        error = record.exc_info[1] if record.exc_info else None
        parts: list[str] = []
        while error is not None and len(parts) < _CHAIN:
            said = f": {error}" if isinstance(error, OnRecordError) else ""
            parts.append(f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}{said}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        trace = self._mask("\n".join(reversed(parts)))
        return trace if len(trace) <= _LONGEST else f"…{trace[-_LONGEST:]}"


class _Json(_Line):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.said(record),
        }
        if request_id():
            line["request"] = request_id()
        line.update({name: self._value(value) for name, value in _fields(record).items()})
        if trace := self.trace(record):
            line["trace"] = trace
        # In ASCII: some of Unicode's line ends would otherwise be taken for the end of this one.
        return json.dumps(line)

    def _value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(key): self._value(inner) for key, inner in value.items()}
        return self._mask(str(value))[:_LONGEST]


class _ForPeople(_Line):
    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={self._mask(str(value))}" for name, value in _fields(record).items())
        request = f" [{request_id()}]" if request_id() else ""
        moment = _moment(record).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        # What is logged must not be able to command a terminal, or to look like another line.
        line = _CONTROLS.sub(" ", f"{record.levelname:<7}{request} {self.said(record)}{fields}")
        trace = self.trace(record)
        return f"{moment} {line}" + (f"\n{trace}" if trace else "")


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, OnRecordError) else type(error).__name__


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _OWN}

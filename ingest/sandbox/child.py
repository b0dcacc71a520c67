"""The process that reads strangers' documents: limited in memory and processor time, and stopped if it errs.

It is started by `parent`, reads requests from standard input and writes answers to standard output, an object
a line: what it found, then {"end": true}. Whatever happens to it happens to nothing else.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from index.errors import DocumentError

MEMORY = 512 * 1024 * 1024
"""The most memory, in bytes, that reading may take."""
SECONDS = 30
"""The most processor time, in seconds, that one document, or one stretch of its pages, may take."""
_WORN = 320 * 1024 * 1024
# Lines of an answer; one article has at most a document's bytes.
_MOST_ITEMS = 1_000_000


def main() -> None:
    """Answer requests until there are no more."""
    answers = sys.stdout.buffer
    # What libraries print must not end up among the answers.
    sys.stdout = sys.stderr
    _limit_memory()
    while header := sys.stdin.buffer.readline():
        asked = json.loads(header)
        size = asked.pop("size")
        body = None if size < 0 else sys.stdin.buffer.read(size)
        _limit_time()
        try:
            for number, item in enumerate(_answers(asked, body)):
                if number > _MOST_ITEMS:
                    _say(answers, {"error": f"it holds more than {_MOST_ITEMS:,} articles; split it"})
                    break
                _say(answers, item)
        except MemoryError:
            _say(answers, {"error": "memory"})
            return
        except RecursionError:
            _say(answers, {"error": "it is nested too deep to be read; save its text and name that file"})
        except DocumentError as error:
            _say(answers, {"error": str(error)})
        except Exception as error:  # noqa: BLE001 (it must be told, and the next document must be read)
            named = type(error).__name__
            _say(answers, {"error": f"it cannot be read ({named}); save its text and name that file"})
        worn = _worn()
        _say(answers, {"end": True, "last": worn})
        if worn:
            return


def _answers(asked: dict[str, Any], body: bytes | None) -> Iterator[dict[str, Any]]:
    match asked.pop("task"):
        case "extract":
            from ingest.documents import Document, Failure, Format, Notice, Reading
            from ingest.formats.extract import extract

            document = Document(**{**asked, "format": Format[asked["format"]], "content": body})
            for item in extract(document):
                kind = {Failure: "failure", Notice: "notice", Reading: "reading"}.get(type(item), "article")
                if isinstance(item, Reading):
                    # A long document may take as long for each stretch of its pages.
                    _limit_time()
                yield {kind: asdict(item)}
        case "feed":
            from ingest.listings.feeds import entries

            for entry in entries(body or b"", asked["url"], asked["charset"]):
                yield {"entry": asdict(entry)}
        case "sitemap":
            from ingest.listings.sitemaps import breaks_off, places

            for place in places(body or b"", asked["url"]):
                yield {"entry": asdict(place)}
            yield {"breaks_off": breaks_off(body or b"")}
        case "walled":
            from ingest.formats.walls import is_walled

            yield {"walled": is_walled(body or b"")}


def _say(out: BinaryIO, answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer).encode() + b"\n")
    out.flush()


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):  # where the system has no such limit, the time still ends it
        pass


def _limit_time() -> None:
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + SECONDS + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    except (ImportError, ValueError, OSError):
        pass


def _worn() -> bool:
    """Whether so much memory is held that it is better to begin anew."""
    try:
        # Not getrusage: what it calls the most that was held includes what the parent held when it forked.
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") > _WORN


if __name__ == "__main__":
    main()

"""A model's replies, kept in a file: what becomes of them can be measured again without asking the model.

Between On Record and the model's server stands one that looks a request up by its messages, asks on where
nobody asked that before, and keeps what came. A change of the prompt asks anew; one of the checks does not.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.bot.model_server import Reply, Says, model_server

# A reply that does not end is of no use.
_MOST_TOKENS = 400
_LONGEST_WAIT = 3600
_NONCE = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b")


@contextmanager
def kept_replies(file: Path, url: str) -> Iterator[str]:
    """The address of a server that answers from `file`, and from the server at `url` what is not in it.

    A line of the file has "key", "question", "text", "finish", "read" and "written" (tokens).
    """
    known = {reply["key"]: reply for reply in map(json.loads, _lines(file))}

    def script(body: dict[str, Any]) -> Reply:
        key = _key(body["messages"])
        if key not in known:
            known[key] = _asked(url, body) | {"key": key}
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(known[key], ensure_ascii=False) + "\n")
        reply = known[key]
        return Says(reply["text"], size=500, finish=reply["finish"], read=reply["read"])

    with model_server(script) as server:
        yield server.url


def _asked(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """The server's reply, whole."""
    wanted = {**body, "stream": False, "max_tokens": _MOST_TOKENS}
    wanted.pop("stream_options", None)
    request = Request(
        f"{url}/chat/completions", json.dumps(wanted).encode(), {"Content-Type": "application/json"}
    )
    with urlopen(request, timeout=_LONGEST_WAIT) as answer:
        said = json.load(answer)
    chosen, usage = said["choices"][0], said.get("usage", {})
    asked = body["messages"][-1]["content"].rpartition("The question: ")[2].split("\n")[0]
    return {
        "question": asked,
        "text": chosen["message"]["content"],
        "finish": chosen["finish_reason"],
        "read": usage.get("prompt_tokens", 0),
        "written": usage.get("completion_tokens", 0),
    }


def _key(messages: list[dict[str, str]]) -> str:
    """Of the messages, without the mark that is new with each question."""
    same = _NONCE.sub("", json.dumps(messages, sort_keys=True))
    return hashlib.sha256(same.encode()).hexdigest()[:16]


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

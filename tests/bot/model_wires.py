"""How five providers' servers stream a reply and tell an error: what `tests.bot.model_server` speaks."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Counted:
    """The tokens that a server says it read and wrote."""

    read: int
    written: int


class Wire(Protocol):
    """One provider's form. `name` is LangChain's name of it.

    `finished`, `at_limit` and `withheld` are its words for why a reply ended; "" where it has none.
    """

    name: str
    package: str
    content_type: str
    finished: str
    at_limit: str
    withheld: str

    def environment(self, url: str) -> dict[str, str]:
        """The variables that lead the provider's client to a server; `url` has no path."""
        ...

    def begin(self) -> Iterator[dict[str, Any]]:
        """What comes before the text."""
        ...

    def piece(self, text: str) -> dict[str, Any]:
        """A piece of the text."""
        ...

    def end(self, finish: str, counted: Counted | None) -> Iterator[dict[str, Any]]:
        """What comes behind the text."""
        ...

    def error(self, status: int, message: str) -> dict[str, Any]:
        """The body of a refusal."""
        ...


class OpenAI:
    """`POST /v1/chat/completions`."""

    name, package, content_type, finished = "openai", "langchain_openai", "text/event-stream", "stop"
    at_limit, withheld = "length", "content_filter"

    def environment(self, url: str) -> dict[str, str]:
        return {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_BASE": f"{url}/v1"}

    def begin(self) -> Iterator[dict[str, Any]]:
        yield self._event({"role": "assistant", "content": ""})

    def piece(self, text: str) -> dict[str, Any]:
        return self._event({"content": text})

    def end(self, finish: str, counted: Counted | None) -> Iterator[dict[str, Any]]:
        yield self._event({}, finish)
        if counted:
            yield {**self._event({}), "choices": [], "usage": _usage(counted)}

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"error": {"message": message, "type": "scripted", "code": None}}

    def _event(self, delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        about = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
        return {**about, "choices": [choice]}


class Mistral(OpenAI):
    """`POST /v1/chat/completions`, with counts in the last event and errors of its own."""

    name, package = "mistralai", "langchain_mistralai"
    at_limit, withheld = "model_length", ""

    def environment(self, url: str) -> dict[str, str]:
        return {"MISTRAL_API_KEY": "none", "MISTRAL_BASE_URL": f"{url}/v1"}

    def end(self, finish: str, counted: Counted | None) -> Iterator[dict[str, Any]]:
        yield {
            **self._event({"role": "assistant", "content": ""}, finish),
            **({"usage": _usage(counted)} if counted else {}),
        }

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"object": "error", "message": message, "type": "scripted", "param": None, "code": "1"}


class Anthropic:
    """`POST /v1/messages`."""

    name, package, content_type = "anthropic", "langchain_anthropic", "text/event-stream"
    finished, at_limit, withheld = "end_turn", "max_tokens", "refusal"

    def environment(self, url: str) -> dict[str, str]:
        return {"ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_URL": url}

    def begin(self) -> Iterator[dict[str, Any]]:
        about = {"id": "1", "type": "message", "role": "assistant", "model": "scripted", "content": []}
        usage = {"input_tokens": 1000, "output_tokens": 1}
        yield {
            "type": "message_start",
            "message": {**about, "stop_reason": None, "stop_sequence": None, "usage": usage},
        }
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}

    def piece(self, text: str) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}

    def end(self, finish: str, counted: Counted | None) -> Iterator[dict[str, Any]]:
        yield {"type": "content_block_stop", "index": 0}
        usage = {"output_tokens": counted.written if counted else 0}
        if counted:
            usage["input_tokens"] = counted.read
        yield {
            "type": "message_delta",
            "delta": {"stop_reason": finish, "stop_sequence": None},
            "usage": usage,
        }
        yield {"type": "message_stop"}

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"type": "error", "error": {"type": "scripted", "message": message}}


class Google:
    """`POST /v1beta/models/NAME:streamGenerateContent`."""

    name, package, content_type = "google_genai", "langchain_google_genai", "text/event-stream"
    finished, at_limit, withheld = "STOP", "MAX_TOKENS", "SAFETY"

    def environment(self, url: str) -> dict[str, str]:
        return {"GOOGLE_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": url}

    def begin(self) -> Iterator[dict[str, Any]]:
        yield from ()

    def piece(self, text: str) -> dict[str, Any]:
        content = {"parts": [{"text": text}], "role": "model"}
        return {"candidates": [{"content": content, "index": 0}], "modelVersion": "scripted"}

    def end(self, finish: str, counted: Counted | None) -> Iterator[dict[str, Any]]:
        used = {}
        if counted:
            total = counted.read + counted.written
            used = {
                "promptTokenCount": counted.read,
                "candidatesTokenCount": counted.written,
                "totalTokenCount": total,
            }
        yield {
            "candidates": [{"content": {"role": "model"}, "finishReason": finish, "index": 0}],
            "usageMetadata": used,
            "modelVersion": "scripted",
        }

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"error": {"code": status, "message": message, "status": "SCRIPTED"}}


class Ollama:
    """`POST /api/chat`, an object a line."""

    name, package, content_type, finished = "ollama", "langchain_ollama", "application/x-ndjson", "stop"
    at_limit, withheld = "length", ""

    def environment(self, url: str) -> dict[str, str]:
        return {"OLLAMA_HOST": url}

    def begin(self) -> Iterator[dict[str, Any]]:
        yield from ()

    def piece(self, text: str) -> dict[str, Any]:
        return {**_ABOUT, "message": {"role": "assistant", "content": text}, "done": False}

    def end(self, finish: str, counted: Counted | None) -> Iterator[dict[str, Any]]:
        counts = {"prompt_eval_count": counted.read, "eval_count": counted.written} if counted else {}
        empty = {"role": "assistant", "content": ""}
        yield {**_ABOUT, "message": empty, "done": True, "done_reason": finish, "total_duration": 1, **counts}

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"error": message}


_ABOUT = {"model": "scripted", "created_at": "2026-03-03T00:00:00Z"}
WIRES: tuple[Wire, ...] = (OpenAI(), Mistral(), Anthropic(), Google(), Ollama())


def _usage(counted: Counted) -> dict[str, int]:
    total = counted.read + counted.written
    return {"prompt_tokens": counted.read, "completion_tokens": counted.written, "total_tokens": total}


def as_sent(wire: Wire, event: dict[str, Any]) -> bytes:
    """An event as it goes over the wire."""
    if wire.content_type != "text/event-stream":
        return f"{json.dumps(event)}\n".encode()
    kind = f"event: {event['type']}\n" if "type" in event else ""
    return f"{kind}data: {json.dumps(event)}\n\n".encode()

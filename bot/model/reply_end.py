"""How a reply ended, as its server tells: whole, at a limit, withheld, broken off, on half the prompt."""

from dataclasses import dataclass
from typing import Any

_AT_LIMIT = ("length", "max_tokens", "model_length", "model_context_window_exceeded")
_WITHHELD = ("content_filter", "safety", "refusal", "recitation", "blocklist", "prohibited_content", "spii")
_REASONS = ("finish_reason", "stop_reason", "done_reason")
# No tokenizer takes more characters together in any language, on average; where a server counts fewer tokens,
# it did not read all. English has 4 to 5 of them in a token.
_MOST_CHARACTERS = 6
# A shorter prompt tells nothing.
_FEWEST_TOKENS = 200


@dataclass
class ReplyEnd:
    """What the server says of one reply: why it ended ("" where it does not say), what it read and wrote."""

    reason: str = ""
    read: int = 0
    written: int = 0

    def take(self, chunk: Any) -> None:
        """Take what a piece of the reply says of it."""
        about = getattr(chunk, "response_metadata", None) or {}
        if told := next((about[name] for name in _REASONS if about.get(name)), ""):
            self.reason = str(told).rpartition(".")[2].lower()
        blocked = (about.get("prompt_feedback") or {}).get("block_reason")
        if blocked:
            self.reason = str(getattr(blocked, "name", blocked)).lower()
        if used := chunk.usage_metadata:
            self.read += used["input_tokens"]
            self.written += used["output_tokens"]

    def problem(self, *, tells: bool) -> str:
        """What is wrong with the reply, as a sentence; "" where nothing is.

        `tells` says that a server of this kind always gives a reason, so that none means a broken connection.
        """
        if self.reason in _AT_LIMIT:
            return "The model was stopped at its limit of tokens for a reply."
        if self.reason in _WITHHELD:
            return f"The model's server withheld the reply ({self.reason.replace('_', ' ')})."
        return "The model's server broke off its reply." if tells and not self.reason else ""

    def cut(self, sent: int) -> str:
        """That the server read less than the `sent` characters of the prompt, in a sentence; "" otherwise."""
        least = sent // _MOST_CHARACTERS
        if not self.read or least <= _FEWEST_TOKENS or self.read >= least:
            return ""
        return (
            f"The model's server read only {self.read:,} of at least {least:,} tokens in the prompt: it cuts "
            "what is longer than its context. Give it a longer one (OLLAMA_CONTEXT_LENGTH), or lower "
            "passage_tokens."
        )

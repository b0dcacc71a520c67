"""The client of the provider, or of the server, that the settings name; nothing is asked of it here."""

import logging
import os
import warnings
from collections.abc import Callable
from typing import Any

from bot.model.chat_model import ChatModel
from bot.model.retry_policy import ModelLimits
from index.errors import UsageError

_KEYS = {
    "anthropic": ("ANTHROPIC_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "google_genai": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "mistralai": ("MISTRAL_API_KEY",),
    "groq": ("GROQ_API_KEY",),
    "cohere": ("COHERE_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "xai": ("XAI_API_KEY",),
}
# Those that can be reached by a base URL; any other name before a colon is part of a model's own.
_BY_URL = ("openai", "anthropic", "ollama", "mistralai", "groq", "google_genai")
# Google's client takes a broken connection for the end of the reply; its server always says why it ended.
_TELL_WHY = ("google_genai",)
# A sentence is written from its source: what is likeliest to be written is wanted.
_TEMPERATURE = {"temperature": 0}
_OLLAMA_PORT = ":11434"


def load_chat_model(model: str, url: str, limits: ModelLimits, context: int = 8192) -> ChatModel:
    """The model that the settings name: "provider:model", or any name with an OpenAI-compatible server's URL.

    `context` is how many tokens of prompt and reply are wanted of a server that must be told.

    Nothing is asked of it yet. Raises UsageError where its package or key is missing or the name means
    nothing.
    """
    provider, _, rest = model.partition(":")
    if url and provider not in _BY_URL:
        provider, rest = "openai", model
    if not rest or not provider:
        msg = f'The model {model!r} must be named as "provider:model", such as "anthropic:claude-sonnet-4-5".'
        raise UsageError(msg)
    given: dict[str, Any] = {"base_url": url} if url else {}
    needed = _KEYS.get(provider, ())
    if url and provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
        # Local servers want no key, and the client insists on one.
        given["api_key"] = "none"
    elif needed and not any(os.environ.get(key) for key in needed):
        msg = f"The model {model} needs a key: set {' or '.join(needed)} in the environment."
        raise UsageError(msg)
    made = _maker(rest, provider, given, limits, context)
    try:
        return ChatModel(
            made(_TEMPERATURE),
            model,
            limits,
            without_temperature=lambda: made({}),
            tells=provider in _TELL_WHY,
            cuts=provider == "ollama" or _OLLAMA_PORT in url,
        )
    except ImportError as error:
        package = (error.name or f"langchain-{provider}").replace("_", "-")
        msg = (
            f"Models of {provider} need a package: python -m pip install {package} "
            "(for the container image: build it with its --build-arg EXTRAS)."
        )
        raise UsageError(msg) from error
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        msg = f"The model {model} cannot be used: {reason}"
        raise UsageError(msg) from error


def _maker(
    name: str, provider: str, given: dict[str, Any], limits: ModelLimits, context: int
) -> Callable[[dict[str, Any]], Any]:
    """What makes the provider's client, with more settings; each gets only those that it knows."""
    wanted: dict[str, Any] = {"max_retries": 0, "stream_usage": True, "request_timeout": limits.answer}
    # Waiting is ours: a client that gives a stream up by itself is asked three times.
    wanted["stream_chunk_timeout"] = None
    if provider == "ollama":
        # Ollama cuts a longer prompt without a word; its own default is 4,096.
        wanted["num_ctx"] = context
    if provider == "google_genai":
        # Its client warns of empty replies, which we tell, and forgets to read what is no JSON.
        logging.getLogger("langchain_google_genai").setLevel(logging.ERROR)
        warnings.filterwarnings("ignore", r"coroutine 'ClientResponse\.json' was never", RuntimeWarning)

    def made(more: dict[str, Any]) -> Any:
        from langchain.chat_models import init_chat_model

        plain = init_chat_model(name, model_provider=provider, **given, **more)
        known = type(plain).model_fields
        fitting = {key: value for key, value in wanted.items() if key in known}
        return init_chat_model(name, model_provider=provider, **given, **more, **fitting)

    return made

"""A server that plays a good model for the chat in the README, with one sentence that it makes up.

    python -m tests.benchmarks.chat_server [--port PORT]
    ONRECORD_MODEL=scripted ONRECORD_MODEL_URL=http://127.0.0.1:8321/v1 onrecord --home .demo chat --verbose

It knows the bundled samples' questions only; everything else it does not find on record.
"""

import argparse
import time
from typing import Any

from tests.bot.model_server import Reply, Says, model_server, passages_in

_RESTATED = {
    "Who operates it?": "Who operates the ferry Lady Wrenna?",
    "And the pier, what will that cost?": "What will repairing the north pier cost?",
}
_SENTENCES = {
    "How many people were injured": (
        ("Northshore Wire reported 14 people injured on 3 March.", "14 people were injured when the ferry"),
        ("The Vessary Ledger, a day later, reported 17 injured.", "17 people were injured when the ferry"),
        ("Two of them were children.", "Two children were among the injured"),
    ),
    "Who operates": (
        (
            "The ferry is operated by Corvane Ferries, which has run the service since 2011.",
            "operated by Corvane Ferries, which has run the Skarrow Island service since 2011",
        ),
    ),
    "repairing the north pier": (
        (
            "As of 2 April 2026, the estimated cost has risen to £3.1 million, from £2.4 million.",
            "has risen from £2.4 million to £3.1 million",
        ),
    ),
}


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the scripted model until interrupted.")
    parser.add_argument("--port", type=int, default=8321)
    with model_server(_reply, port=parser.parse_args().port) as server:
        print(server.url, flush=True)
        try:
            while True:
                time.sleep(60)
        except KeyboardInterrupt:
            pass


def _reply(body: dict[str, Any]) -> Reply:
    prompt = body["messages"][-1]["content"]
    for asked, restated in _RESTATED.items():
        if prompt.endswith(f"The question asked last: {asked}"):
            return Says(restated)
    texts = passages_in(body)
    for words, sentences in _SENTENCES.items():
        if words in prompt.rpartition("The question: ")[2]:
            return Says(
                "\n".join(_cited(sentence, quote, texts) for sentence, quote in sentences), pause=0.02
            )
    return Says("NOT ON RECORD")


def _cited(sentence: str, quote: str, texts: list[str]) -> str:
    number = next((n for n, text in enumerate(texts, 1) if quote in text), 1)
    return f'{sentence} [{number}: "{quote}"]'


if __name__ == "__main__":
    main()

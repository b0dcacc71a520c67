"""The window with the passages: what stands out in the paragraph is what was quoted."""

from collections.abc import Iterator
from typing import Any

from bot.json_output import answer_json
from bot.slack.database import SavedAnswer
from bot.slack.views import modals
from bot.types import Answer, Citation, Outcome, Quote, Sentence
from index.types import Article, Query

TEXT = "The ferry struck the north pier on Tuesday. Nobody was hurt.\n\nIt had left at noon."
ARTICLE = Article("a", TEXT, "Ferry strikes pier", "Herald")
WHOLE = "The ferry struck the north pier on Tuesday."


def window(marked: tuple[int, int] | None) -> list[tuple[str, bool]]:
    """The runs of text of the window's quotes, and whether each is bold."""
    quote = Quote(ARTICLE, 0, len(WHOLE), WHOLE, marked=marked)
    said = Sentence("A pier was struck.", (Citation(1, quote),))
    body: dict[str, Any] = answer_json(Answer(Query("What?"), Outcome.ANSWERED, (said,)))
    body["citations"][0]["revision"] = ARTICLE.revision
    given = SavedAnswer("1", "T", "C", "1.0", "1.1", "U", "What?", body, 0.0, False)
    return list(_runs(modals.passages(given, lambda _: ARTICLE)["blocks"]))


def _runs(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    for block in blocks:
        for section in block.get("elements", ()):
            if section["type"] == "rich_text_quote":
                for run in section["elements"]:
                    yield run["text"], bool(run.get("style", {}).get("bold"))


def test_the_part_that_a_model_quoted_stands_out_in_its_whole_sentence() -> None:
    start = TEXT.index("struck")
    end = start + len("struck the north pier")
    assert window((start, end))[:4] == [
        ("The ferry ", False),
        ("struck the north pier", True),
        (" on Tuesday.", False),
        (" Nobody was hurt.", False),
    ]


def test_a_quote_that_was_taken_whole_stands_out_whole() -> None:
    assert window(None)[0] == (WHOLE, True)

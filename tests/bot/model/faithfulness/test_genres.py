"""True sentences in other words, on articles of every kind: nearly all are shown."""

import pytest
import yaml

from bot.model.grounding import common_words, grounding_problem
from bot.types import Quote
from index.types import Article
from ingest.sentences import sentence_spans
from tests.genres import ARTICLES, TrueSentence, true_sentences

COMMON = common_words(file.read_text(encoding="utf-8") for file in ARTICLES.glob("*.md"))


def cited(quote: str) -> Quote:
    """The stored sentence that holds a quote."""
    for file in sorted(ARTICLES.glob("*.md")):
        _, head, text = file.read_text(encoding="utf-8").split("---", 2)
        at = text.find(quote)
        if at >= 0:
            start, end = next(span for span in sentence_spans(text) if span[0] <= at < span[1])
            about = yaml.safe_load(head)
            article = Article(
                file.stem, text, about["title"], about["source"], published=str(about["published"])
            )
            return Quote(article, start, end, text[start:end])
    pytest.fail(f"no article holds {quote!r}")


def problem(sentence: TrueSentence) -> str:
    quotes = [cited(quote) for quote in sentence.quotes]
    return grounding_problem(sentence.text, quotes, sentence.question, COMMON)


def test_true_sentences_in_other_words_are_shown() -> None:
    sentences = true_sentences()
    withheld = [one.text for one in sentences if problem(one)]
    assert len(sentences) > 100
    assert len(withheld) <= 0.05 * len(sentences), withheld

"""What the doors give, as JSON: answers, what a search found, a window of an article's text."""

from typing import Any

from bot.json_output import answer_json, article_json, passages_json
from bot.refusals import refusal
from bot.types import Answer, Outcome, Sentence
from index.catalog.overview import RecordOverview
from index.types import Article, Query, Retrieved


def shown_answer(answer: Answer, articles: int) -> dict[str, Any]:
    """The answer as `ask --json` prints it, without the words of sentences that failed verification.

    A program that hands on all that it is given would hand those on, too. Where the matter is not on record,
    `refusal` says so in a sentence; `articles` is how many are on record.
    """
    body = answer_json(answer)
    body["withheld"] = [{"reason": one["reason"]} for one in body["withheld"]]
    return body if answer.sentences else {**body, "refusal": refusal(answer, articles)}


def sentence_json(sentence: Sentence) -> dict[str, Any]:
    """A sentence as it stands in an answer, with its citations themselves instead of their numbers."""
    alone = answer_json(Answer(Query(""), Outcome.ANSWERED, (sentence,)))
    return {**alone["sentences"][0], "citations": alone["citations"]}


def search_results(query: str, found: Retrieved) -> dict[str, Any]:
    """What a search found, an article once with all its passages, in the form of research clients."""
    results: dict[str, dict[str, Any]] = {}
    for passage in passages_json(query, found)["passages"]:
        about = {key: passage[key] for key in _ABOUT}
        result = results.setdefault(
            passage["article_id"], {"id": passage["article_id"], **about, "passages": []}
        )
        result["passages"].append({key: passage[key] for key in ("start", "end", "text")})
    return {"read": found.read, "relaxed": found.relaxed, "results": list(results.values())}


def article_window(article: Article, offset: int, characters: int) -> dict[str, Any]:
    """An article with at most `characters` of its text around the character at `offset`.

    `start` and `end` say where the window stands in the text, in characters (code points).
    """
    start = max(0, min(offset - characters // 2, len(article.text) - characters))
    end = min(len(article.text), start + characters)
    about = article_json(article, with_text=False)
    return {**about, "start": start, "end": end, "text": article.text[start:end]}


def whole_article(article: Article) -> dict[str, Any]:
    """An article as research clients fetch it; `metadata.cut` says that the text goes on."""
    about = article_json(article, with_text=False)
    cut = {"cut": True} if len(article.text) > _LONGEST_WHOLE else {}
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text[:_LONGEST_WHOLE],
        "url": article.url,
        "metadata": {**{key: about[key] for key in (*_ABOUT[2:], "characters")}, **cut},
    }


def overview_json(overview: RecordOverview) -> dict[str, Any]:
    """What is on record, for whoever asks it: how much, of whom, of which days."""
    return {
        "articles": overview.articles,
        "outlets": {name: count for name, count in overview.outlets if name},
        "first": overview.first_day,
        "last": overview.last_day,
        "refreshed": overview.refreshed,
    }


_ABOUT = ("title", "url", "source", "published", "updated", "article_status", "note")
# A whole article is read into a model's context; beyond this `article` reads on.
_LONGEST_WHOLE = 100_000

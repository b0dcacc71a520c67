"""A given answer as it is kept on disk; `bot.json_input` makes an answer of it again."""

from typing import Any

from bot.json_output import answer_json
from bot.types import Answer


def body_of(answer: Answer, articles: int = 0, *, attached: bool = False) -> dict[str, Any]:
    """The answer's JSON form, with the revisions that were quoted; `articles` were on record.

    An answer from `attached` files quotes what is kept nowhere.
    """
    body = {**answer_json(answer), "articles": articles, **({"attached": True} if attached else {})}
    for given, citation in zip(body["citations"], answer.citations, strict=True):
        given["revision"] = citation.quote.article.revision
    return body

"""Passages that a search found, in Markdown."""

from collections.abc import Sequence

from bot.citing.markdown import link, literal
from bot.page_numbers import page_url, pages_in_words
from bot.web_address import web_address
from index.types import Passage


def passages_markdown(passages: Sequence[Passage]) -> str:
    """A numbered list, best first: each passage as a quotation below its article."""
    return "\n\n".join(map(_item, passages))


def _item(passage: Passage) -> str:
    article = passage.article
    pages = article.pages_of(passage.chunk.start, passage.chunk.end)
    day = article.reference.day
    title = link(article.title or article.source or "Untitled", web_address(page_url(article.url, pages)))
    outlet = literal(article.source) if article.title else ""
    about = ", ".join(filter(None, (outlet, title, day, pages_in_words(pages))))
    change = f" ({article.reference.change})" if article.reference.change else ""
    quoted = "\n".join(f"   > {literal(line)}" for line in passage.text.splitlines() if line.strip())
    return f"{passage.rank}. {about}{change}\n\n{quoted}"

"""The windows that open over Slack: passages in their paragraphs, the answer to copy, what was wrong."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from bot.citing.draft import draft
from bot.json_input import answer_from_json
from bot.page_numbers import page_url, pages_in_words
from bot.slack.database import SavedAnswer
from bot.slack.views import block_kit
from bot.slack.views.block_kit import Block, Element
from bot.slack.views.escaping import RUN, literal
from bot.slack.views.safe_urls import safe_url
from bot.types import Answer, Citation, Quote, Sentence
from index.types import Article

View = dict[str, Any]
# Slack takes 100 blocks and 250,000 characters; people read less.
_MOST_BLOCKS = 90
_MOST_COPIED = 80_000
_MOST_IN_A_STYLE = 15_000
_AROUND = 600
_QUOTE = 2_000
_STYLES = {"chicago": "Chicago", "apa": "APA", "mla": "MLA", "bibtex": "BibTeX", "ris": "RIS"}
REASONS = (
    ("wrong", "It is wrong"),
    ("incomplete", "Something is missing"),
    ("outdated", "It is outdated"),
    ("sources", "The sources do not fit"),
    ("other", "Something else"),
)


def passages(given: SavedAnswer, article: Callable[[str], Article | None]) -> View:
    """Each quote, highlighted in its paragraph, with those around it; `article` gives one as it is now."""
    blocks: list[Block] = [block_kit.paragraph(block_kit.words(given.question, 300, bold=True))]
    for citation in answer_from_json(given.body).citations:
        if given.body.get("attached"):
            more = _kept(citation, None, "This is from an attached file, which I did not keep.")
        else:
            more = _passage(citation, article(citation.quote.article.id), _revision(given, citation))
        if len(blocks) + len(more) > _MOST_BLOCKS:
            blocks.append(block_kit.paragraph(block_kit.words("There are more passages than fit here.")))
            break
        blocks += more
    return _view("Passages", blocks)


def copy(given: SavedAnswer) -> View:
    """The answer with its sources, as text, as Markdown and in the styles of writers, ready to copy."""
    answer = answer_from_json(given.body)
    blocks = [block_kit.header("Plain text"), *_copyable(_as_text(answer))]
    blocks += [block_kit.header("Markdown"), *_copyable(_as_markdown(answer))]
    for style, name in _STYLES.items():
        written = draft(answer, style)
        more = [block_kit.header(name), *_copyable(written)]
        if answer.citations and len(written) <= _MOST_IN_A_STYLE and len(blocks) + len(more) <= _MOST_BLOCKS:
            blocks += more
    return _view("Copy with sources", blocks)


def feedback(answer_id: str) -> View:
    """The form that 👎 opens."""
    options = [{"text": {"type": "plain_text", "text": text}, "value": value} for value, text in REASONS]
    view = _view(
        "What was wrong?",
        [
            {
                "type": "input",
                "block_id": "reason",
                "label": {"type": "plain_text", "text": "What was wrong?"},
                "element": {"type": "radio_buttons", "action_id": "reason", "options": options},
            },
            {
                "type": "input",
                "block_id": "comment",
                "optional": True,
                "label": {"type": "plain_text", "text": "What would have been right?"},
                "element": {
                    "type": "plain_text_input",
                    "action_id": "comment",
                    "multiline": True,
                    "max_length": 3000,
                },
            },
        ],
    )
    return {
        **view,
        "callback_id": "feedback",
        "private_metadata": answer_id,
        "submit": {"type": "plain_text", "text": "Send"},
    }


def sentence(title: str, said: str) -> View:
    """A window that says one thing."""
    return _view(title, [block_kit.paragraph(block_kit.words(said))])


def _view(title: str, blocks: list[Block]) -> View:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": literal(title, 24)},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks,
    }


def _revision(given: SavedAnswer, citation: Citation) -> str:
    return next(
        (str(one.get("revision", "")) for one in given.body["citations"] if one["n"] == citation.n), ""
    )


def _passage(citation: Citation, now: Article | None, revision: str) -> list[Block]:
    quote, about = citation.quote, _about(citation, now)
    if now is None:
        gone = "This article is no longer on record, so its text is not shown."
        return [{"type": "divider"}, about, block_kit.paragraph(block_kit.words(gone, italic=True))]
    if now.revision != revision or now.text[quote.start : quote.end] != quote.text:
        return _kept(citation, now, "The article has changed since; this is what was quoted then.")
    before, own_before, own_after, after = _around(now.text, quote.start, quote.end)
    blocks: list[Block] = [{"type": "divider"}, about]
    if before:
        blocks.append(block_kit.quoted(block_kit.words(before)))
    marked = [block_kit.words(own_before)] if own_before else []
    marked += _quoted(quote)
    marked += [block_kit.words(own_after)] if own_after else []
    blocks.append(block_kit.quoted(*marked))
    if after:
        blocks.append(block_kit.quoted(block_kit.words(after)))
    return blocks


def _about(citation: Citation, now: Article | None) -> Block:
    quote = citation.quote
    return block_kit.paragraph(
        block_kit.words(f"[{citation.n}] ", bold=True),
        *block_kit.about(now or quote.article, quote.text, quote.pages),
    )


def _kept(citation: Citation, now: Article | None, why: str) -> list[Block]:
    """The quote alone, as it was given, with the reason."""
    return [
        {"type": "divider"},
        _about(citation, now),
        block_kit.paragraph(block_kit.words(why, italic=True)),
        block_kit.quoted(*_quoted(citation.quote)),
    ]


def _quoted(quote: Quote) -> list[Element]:
    """The quote in bold; where a model quoted a part of it, that part alone."""
    if quote.marked is None or len(quote.text) > _QUOTE:
        return [block_kit.words(quote.text, _QUOTE, bold=True)]
    start, end = (at - quote.start for at in quote.marked)
    before, part, after = quote.text[:start], quote.text[start:end], quote.text[end:]
    return [
        *([block_kit.words(before, _QUOTE)] if before else []),
        block_kit.words(part, _QUOTE, bold=True),
        *([block_kit.words(after, _QUOTE)] if after else []),
    ]


def _around(text: str, start: int, end: int) -> tuple[str, str, str, str]:
    """The paragraph before, the quote's own before and after it, and the paragraph after; each shortened."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    before = text[:first].rstrip().rpartition("\n")[2]
    after = text[last:].lstrip().partition("\n")[0]
    own_before, own_after = text[first:start], text[end:last]
    return (
        before if len(before) <= _AROUND else f"…{before[-_AROUND:]}",
        own_before if len(own_before) <= _AROUND else f"…{own_before[-_AROUND:]}",
        own_after if len(own_after) <= _AROUND else f"{own_after[:_AROUND]}…",
        after if len(after) <= _AROUND else f"{after[:_AROUND]}…",
    )


def _copyable(text: str) -> list[Block]:
    """Text to copy from in as many blocks as it takes, cut where lines end."""
    if len(text) > _MOST_COPIED:
        text = f"{text[:_MOST_COPIED]}… (too long to be copied from here)"
    cuts = [0]
    while len(text) - cuts[-1] > RUN:
        end = text.rfind("\n", cuts[-1] + 1, cuts[-1] + RUN)
        cuts.append(end + 1 if end > cuts[-1] else cuts[-1] + RUN)
    return [block_kit.code(text[start:end].strip("\n")) for start, end in pairwise([*cuts, len(text)])]


def _as_text(answer: Answer) -> str:
    lines = [str(answer.disagreement)] if answer.disagreement else []
    lines += [_line(sentence) for sentence in answer.sentences]
    lines.append("")
    for citation in answer.citations:
        article = citation.quote.article
        lines.append(f"[{citation.n}] “{citation.quote.text}”")
        place = pages_in_words(citation.quote.pages)
        lines.append(f"    {article.reference}{f', {place}' if place else ''}")
        if article.url:
            lines.append(f"    {page_url(article.url, citation.quote.pages)}")
    return "\n".join(lines)


def _as_markdown(answer: Answer) -> str:
    lines = [f"{answer.disagreement}\n"] if answer.disagreement else []
    lines += [f"{_line(sentence)}\n" for sentence in answer.sentences]
    for citation in answer.citations:
        article = citation.quote.article
        title = article.title or article.source or "untitled"
        url = safe_url(page_url(article.url, citation.quote.pages))
        linked = f"[{title}](<{url}>)" if url else title
        place = pages_in_words(citation.quote.pages)
        source = ", ".join(filter(None, (linked, str(replace(article.reference, title="")), place)))
        lines.append(f"> {' '.join(citation.quote.text.split())}\n>\n> [{citation.n}] {source}\n")
    return "\n".join(lines)


def _line(sentence: Sentence) -> str:
    lead = f"{sentence.lead}: " if sentence.lead else ""
    return f"{lead}{sentence.text} {''.join(f'[{citation.n}]' for citation in sentence.citations)}"

"""Answers as Slack's blocks: the only place that makes them.

Whatever comes from an article, a question or a model is shown in `rich_text` elements, which Slack takes
literally: no mention, link or emphasis is read in them. What knows no such elements is
escaped (`escaping`). Links come from cited articles alone, and limits are kept by construction (https://docs.slack.dev/reference/block-kit).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.freshness import standing
from bot.page_numbers import page_url, pages_in_words
from bot.refusals import likely, refusal, withdrawn
from bot.slack.views.escaping import RUN, literal, markdown, mrkdwn
from bot.slack.views.safe_urls import safe_url
from bot.types import Answer, Citation, Sentence, also_in
from index.types import Article, Page

Block = dict[str, Any]
Element = dict[str, Any]

# Slack takes 12,000 characters in a message and was seen to refuse 11,341.
MESSAGE = 10_000
BUTTON_VALUE = 2_000
_TITLE = 250
_NOTE = 500
_MOST_PARTS = 12
_SOURCES = 40


@dataclass(frozen=True)
class Message:
    """One message: `text` for notifications and for clients without blocks."""

    text: str
    blocks: tuple[Block, ...]


def words(text: str, most: int = RUN, **style: bool) -> Element:
    """A run of literal text."""
    run: Element = {"type": "text", "text": literal(text, most)}
    if style:
        run["style"] = style
    return run


def link(text: str, url: str, most: int = _TITLE, **style: bool) -> Element:
    """A link, or the text alone where there is none."""
    if not url:
        return words(text, most, **style)
    made: Element = {"type": "link", "url": url, "text": literal(text, most)}
    if style:
        made["style"] = style
    return made


def paragraph(*elements: Element) -> Block:
    """A block of literal text."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


def quoted(*elements: Element) -> Block:
    """A block with a bar at its side."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": list(elements)}]}


def code(text: str) -> Block:
    """A block to copy from."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [words(text)]}],
    }


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": {"type": "plain_text", "text": literal(text, 150), "emoji": False}}


def button(text: str, action: str, value: str, **more: str) -> Element:
    """A button of ours."""
    return {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": literal(text, 75)},
        "value": literal(value, BUTTON_VALUE),
        **more,
    }


def actions(*buttons: Element) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def said(sentence: str) -> Message:
    """A sentence of the bot's own, whatever is in it."""
    return Message(mrkdwn(sentence), (paragraph(words(sentence)),))


def streamed(sentence: Sentence) -> str:
    """A sentence for a stream, with its numbers linked."""
    lead = f"{sentence.lead}: " if sentence.lead else ""
    numbers = "".join(_markdown_number(citation) for citation in sentence.citations)
    return f"{markdown(_one_line(lead + sentence.text))} {numbers}\n\n"


def streamed_line(said: str) -> str:
    """A line of the bot's own for a stream, with strangers' words in it."""
    return f"{markdown(_one_line(said))}\n\n"


def _markdown_number(citation: Citation) -> str:
    url = _landing(citation)
    # Brackets would end the link early.
    url = url.replace("(", "%28").replace(")", "%29").replace("[", "%5B").replace("]", "%5D")
    return f"[[{citation.n}]]({url})" if url else f"\\[{citation.n}\\]"


def number(citation: Citation) -> Element:
    """The number of a citation, linked."""
    return link(f"[{citation.n}]", _landing(citation))


def _landing(citation: Citation) -> str:
    quote = citation.quote
    return safe_url(page_url(quote.article.url, quote.pages), quote.text)


def sentence_blocks(sentence: Sentence) -> list[Block]:
    """A sentence; a very long one takes several blocks."""
    text = _one_line(sentence.text)
    runs = [text[at : at + RUN] for at in range(0, len(text), RUN)] or [""]
    blocks = [paragraph(words(run)) for run in runs]
    if sentence.lead:
        blocks[0]["elements"][0]["elements"].insert(0, words(f"{sentence.lead}: ", _TITLE, italic=True))
    blocks[-1]["elements"][0]["elements"].extend([words(" "), *_numbers(sentence.citations)])
    return blocks


def _numbers(citations: Sequence[Citation]) -> list[Element]:
    linked = [number(citation) for citation in citations]
    if sum(map(weigh, linked)) <= RUN:
        return linked
    return [words("".join(f"[{citation.n}]" for citation in citations))]


def about(article: Article, landing: str = "", pages: Sequence[Page] = ()) -> list[Element]:
    """Outlet, title, dates and pages of an article; the title is linked, to the first of the pages."""
    reference = article.reference
    parts = [words(f"{reference.outlet}, ", _TITLE)] if reference.outlet else []
    url = safe_url(page_url(article.url, pages), landing)
    parts.append(link(reference.title or reference.outlet or "untitled", url))
    if reference.day:
        parts.append(words(f", {reference.day}"))
    if pages:
        parts.append(words(f", {pages_in_words(pages)}"))
    if reference.change:
        parts.append(words(f" · {reference.change}", **({"bold": True} if reference.status else {})))
    if article.note:
        parts.append(words(f" · {article.note}", _NOTE, italic=True))
    return parts


def source_blocks(answer: Answer) -> list[Block]:
    """The articles that were quoted, each once, with the numbers of its quotes."""
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_article.setdefault(citation.quote.article.id, []).append(citation)
    blocks: list[Block] = []
    for citations in list(by_article.values())[:_SOURCES]:
        lines = [words("".join(f"[{citation.n}]" for citation in citations), 200), words(" ")]
        first = citations[0].quote
        lines += about(first.article, first.text, first.pages)
        for at, (other, some) in enumerate(also_in(citations)[:3]):
            lines += [words("; " if at else " · also in: ")]
            lines += [words("".join(f"[{n}]" for n in some) + " ")] if some else []
            lines += about(other)
        if blocks and sum(map(weigh, [*lines, blocks[-1]])) <= RUN:
            blocks[-1]["elements"][0]["elements"] += [words("\n"), *lines]
        else:
            blocks.append(paragraph(*lines))
    return blocks


def standing_blocks(answer: Answer) -> list[Block]:
    """Of when the answer is."""
    said = standing(answer)
    return [paragraph(words(said, italic=True))] if said else []


def constraint(answer: Answer) -> str:
    """What the question's own words narrowed the search to, as a sentence; "" where nothing."""
    if not answer.read:
        return ""
    if answer.relaxed:
        return f"Of all articles, since none {answer.read} answers that:"
    return f"Of the articles {answer.read}:"


def buttons(answer_id: str) -> list[Block]:
    """What can be done with an answer."""
    return [
        actions(
            button("Show passages", "passages", answer_id),
            button("Copy with sources", "copy", answer_id),
            button("Timeline", "timeline", answer_id),
        ),
        rating(answer_id),
    ]


def sharing(answer_id: str) -> Block:
    """What the asker of a private answer may do with it."""
    return actions(
        button("Share in channel", "share", answer_id, style="primary"),
        button("Keep private", "keep", answer_id),
    )


def rating(answer_id: str) -> Block:
    """Thumbs."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "rate",
                "positive_button": {
                    "text": {"type": "plain_text", "text": "👍"},
                    "value": f"up {answer_id}",
                    "accessibility_label": "This answer helped",
                },
                "negative_button": {
                    "text": {"type": "plain_text", "text": "👎"},
                    "value": f"down {answer_id}",
                    "accessibility_label": "Something is wrong with this answer",
                },
            }
        ],
    }


def not_on_record(answer: Answer, articles: int) -> list[Block]:
    """That there is no answer, and what is nearest: no citation."""
    if not articles:
        return [paragraph(words("Nothing is on record yet, so nothing can be answered from it."))]
    blocks = [paragraph(words(refusal(answer, articles), bold=True))]
    if answer.withdrawn:
        blocks.append(paragraph(words(withdrawn(answer))))
    if answer.likely:
        blocks += [paragraph(words(likely(answer))), *sentence_blocks(replace(answer.likely, citations=()))]
    if answer.nearest:
        lines = [words("Nearest to it:")]
        for article in answer.nearest:
            lines += [words("\n• "), *about(article)]
        blocks.append(paragraph(*lines))
    return blocks


def parts(blocks: Iterable[Block], text: str) -> list[Message]:
    """Blocks as messages that Slack takes: none too long, none with too many blocks, all of them in order.

    Beyond a dozen messages the middle is left out, and that is said.
    """
    messages: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        weight = weigh(block)
        if messages[-1] and (size + weight > MESSAGE or len(messages[-1]) >= 45):
            messages.append([])
            size = 0
        messages[-1].append(block)
        size += weight
    if len(messages) > _MOST_PARTS:
        left_out = paragraph(words("… (too long to be shown here; Show passages has the sources)"))
        messages = [*messages[: _MOST_PARTS - 1], [left_out, *messages[-1][-4:]]]
    return [Message(mrkdwn(text, 300), tuple(message)) for message in messages if message]


def weigh(block: Block) -> int:
    """How many characters a block counts for."""
    return sum(map(len, _strings(block)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _one_line(text: str) -> str:
    return " ".join(text.split())

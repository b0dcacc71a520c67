"""Answers and passages for people at a terminal; the same text without colour anywhere else."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from bot.freshness import standing
from bot.page_numbers import page_url, pages_in_words
from bot.refusals import likely, refusal, withdrawn
from bot.terminal.console import about, out, print_text
from bot.terminal.links import linked
from bot.terminal.plain_lines import clean
from bot.types import Answer, Citation, Disagreement, Outcome, Sentence, also_in
from index.types import Page, Retrieved
from index.words import FUNCTION_WORDS, stem

_WORD = re.compile(r"\w+")


def show_answer(answer: Answer, articles: int) -> None:
    """Print a finished answer: its sentences, then its sources; or that there is none, and what is near."""
    if answer.sentences:
        show_head(answer.read, answer.disagreement, relaxed=answer.relaxed)
    for sentence in answer.sentences:
        show_sentence(sentence, answer.query.text)
    show_sources(answer, articles)


def show_head(read: str, differing: Disagreement | None, *, relaxed: bool) -> None:
    """Print what the question's own words constrained, and that outlets differ, each where it is so."""
    if read:
        _show_read(read, "answers that" if relaxed else "")
    if differing:
        print_text(out(), Text(f"{clean(str(differing))}\n", style="bold"))


def _show_read(read: str, none_does: str) -> None:
    lead, tail = ("Of all articles, since none", f" {none_does}:") if none_does else ("Of the articles", ":")
    print_text(out(), Text(f"{lead} {clean(read)}{tail}", style="italic"))


def show_sentence(sentence: Sentence, question: str) -> None:
    """Print one sentence with the numbers of its quotes."""
    console = out()
    print_text(console, _sentence(sentence, _stems(question)))
    console.print()


def show_sources(answer: Answer, articles: int) -> None:
    """Print what stands below an answer: its sources, or that there is none and what is near."""
    console = out()
    if answer.outcome is Outcome.NOT_ON_RECORD:
        print_text(console, Text(clean(refusal(answer, articles)), style="bold"))
        _show_nearest(console, answer)
        _show_standing(console, answer)
        return
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_article.setdefault(citation.quote.article.id, []).append(citation)
    for citations in by_article.values():
        show_source(console, citations)
        for citation in citations:
            if not answer.shows(citation.quote):
                print_text(console, _quoted(citation), indent=4)
    if answer.hint:
        print_text(console, Text(clean(answer.hint), style="italic"))
    _show_standing(console, answer)


def _show_standing(console: Console, answer: Answer) -> None:
    if said := standing(answer):
        print_text(console, Text(said, style="bold yellow" if answer.warning else "dim"))


def _quoted(citation: Citation) -> Text:
    """A quote with its number; what a model quoted of it stands out."""
    quote = citation.quote
    start, end = (at - quote.start for at in quote.marked or (quote.end, quote.end))
    parts = (quote.text[:start], quote.text[start:end], quote.text[end:])
    before, marked, after = (re.sub(r"\s+", " ", clean(part)) for part in parts)
    line = Text(f"[{citation.n}] “{before}", style="dim")
    return line.append(marked, style="bold").append(f"{after}”")


def show_quoted(citation: Citation) -> None:
    """Print one quote with its number and where it stood."""
    console = out()
    article, quote = citation.quote.article, " ".join(clean(citation.quote.text).split())
    print_text(console, Text.assemble((f"[{citation.n}] ", "bold cyan"), f"“{quote}”"))
    print_text(console, about(article), indent=4)
    if article.url:
        _print_address(console, article.url)


def show_source(console: Console, citations: Sequence[Citation]) -> None:
    """One article that was quoted, with the numbers of its quotes: outlet, title, dates and link."""
    article = citations[0].quote.article
    by_pages: dict[tuple[Page, ...], str] = {}
    for citation in citations:
        pages = citation.quote.pages
        by_pages[pages] = by_pages.get(pages, "") + f"[{citation.n}]"
    numbers = "".join(by_pages.values())
    places = [(numbers, pages_in_words(pages)) for pages, numbers in by_pages.items() if pages]
    shown = [place if len(places) == 1 else f"{place} {numbers}" for numbers, place in places]
    line = Text.assemble((f"{numbers} ", "bold cyan"), about(article), *(f", {place}" for place in shown))
    print_text(console, line)
    if article.note:
        print_text(console, Text(clean(article.note), style="dim"), indent=4)
    if article.url:
        for url in dict.fromkeys(page_url(article.url, pages) for pages in by_pages):
            _print_address(console, url)
    for other, some in also_in(citations):
        which = "".join(f"[{n}]" for n in some)
        print_text(
            console, Text(f"{which} also in: ".lstrip(), style="dim").append_text(about(other)), indent=4
        )


def show_passages(query: str, found: Retrieved) -> None:
    """Print what a search found, best first."""
    console = out()
    if not found.passages:
        console.print("No passage fits.")
    elif found.read:
        _show_read(found.read, "fits" if found.relaxed else "")
    asked = _stems(query)
    for passage in found.passages:
        place = pages_in_words(passage.article.pages_of(passage.chunk.start, passage.chunk.end))
        line = Text.assemble((f"{passage.rank}. ", "bold cyan"), about(passage.article))
        print_text(console, line.append(f", {place}") if place else line)
        if passage.article.url:
            pages = passage.article.pages_of(passage.chunk.start, passage.chunk.end)
            _print_address(console, page_url(passage.article.url, pages), indent=3)
        console.print(Text(f"   id {clean(passage.article.id)}", style="dim"), soft_wrap=True)
        print_text(console, _emphasised(passage.text, asked), indent=3)
        for other in passage.copies:
            print_text(console, Text("also in: ", style="dim").append_text(about(other)), indent=3)
        console.print()


def _print_address(console: Console, url: str, indent: int = 4) -> None:
    """Whole, or it could not be followed."""
    console.print(Text(" " * indent, style="dim").append_text(linked(url)), soft_wrap=True)


def _show_nearest(console: Console, answer: Answer) -> None:
    if answer.withdrawn:
        print_text(console, Text(clean(withdrawn(answer))))
    if answer.likely:
        print_text(console, Text(likely(answer)))
        # Without its number: it is no answer, and cites nothing.
        bare = replace(answer.likely, citations=())
        print_text(console, _sentence(bare, _stems(answer.query.text)), indent=2)
    if answer.nearest:
        console.print("Nearest to it:")
    for article in answer.nearest:
        print_text(console, about(article), indent=2)
        address = linked(article.url).append("  ") if article.url else Text()
        where = Text("    ", style="dim").append_text(address)
        console.print(where.append(f"id {clean(article.id)}"), soft_wrap=True)


def _sentence(sentence: Sentence, asked: frozenset[str]) -> Text:
    text = Text(f"{clean(sentence.lead)}: " if sentence.lead else "", style="dim")
    body = _emphasised(sentence.text, asked)
    body.style = "not dim"
    text.append_text(body)
    text.append(
        " " + "".join(f"[{citation.n}]" for citation in sentence.citations), style="not dim bold cyan"
    )
    return text


def _emphasised(words: str, asked: frozenset[str]) -> Text:
    text = Text(clean(words))
    for word in _WORD.finditer(text.plain):
        if stem(word.group().lower()) in asked:
            text.stylize("bold", *word.span())
    return text


def _stems(question: str) -> frozenset[str]:
    words = (word.lower() for word in _WORD.findall(question))
    return frozenset(stem(word) for word in words if word not in FUNCTION_WORDS)

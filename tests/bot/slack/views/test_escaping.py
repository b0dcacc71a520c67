"""What is streamed reads, to whoever knows CommonMark, as the text that is stored."""

import os
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.slack.views.escaping import markdown, mrkdwn
from bot.slack.views.safe_urls import UNSEEN
from tests.fakeslack.effects import effects
from tests.fakeslack.state import Message

JOINER = "\u2060"
TRIALS = int(os.environ.get("ONRECORD_TRIALS", "2000"))
# What means something to CommonMark, to Slack, or to a reader of numbers.
PIECES = st.sampled_from(
    [
        *"\\`*_~[]|!#<>&-+=.:;@()/'\"", "1984. ", "12) ", "- ", "+ ", "=== ", "> ", "# ", "AT&amp;T", "&lt;",
        "&#38;", "&copy", "10:30 a.m.", "U.S.", "J.K. Rowling", "5:1", "http", "https://a.example/b", "www.",
        "javascript:x", "a.com", "x@y.test", "**", "__", "```", "~~~", "[a](b)", "![a](b)", "[a]: b", "<b>",
        "<@U1>", "<!here>", "\\*", "word", "Wort", "è", "日本", " ", "3", "99",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.text(st.characters(codec="utf-8", exclude_characters=JOINER), max_size=80),
)


class Read(HTMLParser):
    """The words of a page, and whatever else is in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def shown(text: str) -> str:
    """What a reader of CommonMark shows of a text that was escaped; nothing in it may be more than words."""
    page = Read()
    page.feed(MarkdownIt("commonmark").render(markdown(text)))
    page.close()
    assert page.tags <= {"p"}, page.tags
    return "".join(page.said).removesuffix("\n")


def one_line(text: str) -> str:
    return " ".join(UNSEEN.sub("", text).split())


@pytest.mark.timeout(240 + TRIALS // 20)
@settings(max_examples=TRIALS, deadline=None)
@given(TEXTS.map(one_line))
@example("1984. Orwell")
@example("AT&amp;T &lt;b&gt;")
def test_what_a_reader_of_commonmark_shows_is_the_text_character_for_character(text: str) -> None:
    assert shown(text).replace(JOINER, "") == text
    assert effects(Message("C1", "1", "", markdown=markdown(text))).pings == frozenset()
    assert effects(Message("C1", "1", "", markdown=markdown(text))).links == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "1984. Orwell wrote it in 1948.",
        "It began at 10:30 a.m. in the U.S., as J.K. Rowling said; the odds were 5:1.",
        "AT&amp;T paid &lt;nothing&gt; & more.",
        "See §3.2.1, p. 7: i.e. version 2.0.1 (a.k.a. “Pier”).",
        "The ratio is 16:9, e.g. 1.5:1, on 3.4.2026 at 18:45:10.",
        "Mind the gap.Orwell did; Note:this too.",
        "# not a heading, *nor* _that_ | `this` ~~or~~ [so](on)!",
    ],
)
def test_numbers_abbreviations_and_signs_hold_no_invisible_characters(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    "text",
    ["https://a.example/b", "javascript:alert(1)", "a.com", "ada@b.example", "www.evil.example/x", "x.co:8"],
)
def test_what_slack_would_make_a_link_of_is_broken(text: str) -> None:
    assert JOINER in shown(text)
    assert shown(text).replace(JOINER, "") == text
    assert effects(Message("C1", "1", "", mrkdwn(text))).links == frozenset()

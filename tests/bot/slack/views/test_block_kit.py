"""Whatever is in articles and answers: Slack takes it, nobody is pinged, only cited articles are linked."""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.json_input import answer_from_json
from bot.slack.answer_question import shared
from bot.slack.database import SavedAnswer
from bot.slack.saved_answers import body_of
from bot.slack.views import block_kit as render
from bot.slack.views import home, modals
from bot.slack.views.escaping import RUN, markdown, mrkdwn
from bot.slack.views.safe_urls import safe_url
from bot.types import Answer, Citation, Outcome, Quote, Sentence
from index.catalog.overview import RecordOverview
from index.types import Article, Query, Status
from tests.fakeslack.effects import effects
from tests.fakeslack.state import Message
from tests.fakeslack.validator import problem_in_chunks, problem_in_message, problem_in_view

ATTACKS = (
    "<!here> <!channel> <!everyone> <@U00ADA> <@U00ADA|ada> <!subteam^S123> <#C0000NEWS|news>",
    "<https://evil.example/|click> [click](https://evil.example/) [x](<https://evil.example/>) ![i](https://evil.example/i.png)",
    "https://evil.example/ evil.example www.evil.example mailto:x@evil.example x@evil.example //evil.example",
    "[a]: https://evil.example\n\n[a] [![b](c)](https://evil.example) <a href='https://evil.example'>x</a>",
    "&lt;!here&gt; &amp;lt;@U00ADA&amp;gt; \\<!here\\> \\[x](https://evil.example)",
    "* item\n- item\n# heading\n> quote\n1. one\n```\ncode <!here>\n```\n| a | b |\n|---|---|\n`<!here>`",
    "\u202eright to left\u202c \u200b\u200f\ufeff\x00\x07\x1b[31m\ud800 \U000e0041",
    "x" * 4_000,
    "<" * 2_000,
    "",
    " \n\t ",
)
ODD = st.one_of(
    st.text(max_size=300), st.sampled_from(ATTACKS), st.lists(st.sampled_from(ATTACKS)).map("".join)
)
URLS = st.one_of(
    st.just("https://news.example/a"),
    st.sampled_from(
        [
            "", "http://news.example/", "javascript:alert(1)", "https://user:pw@news.example/", "https://",
            "https://news.example/a|b>c", "https://news.example/(a)[b]\\",
            "https://news.example/" + "a" * 5000,
            "https://[::1", "https://news.example/ a\nb", "https://news.example/ü?q=<!here>#frag",
        ]
    ),
)  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    sentences = []
    number = 0
    for _ in range(draw(st.integers(0, 3))):
        citations = []
        for _ in range(draw(st.integers(1, 3))):
            number += 1
            quote = draw(ODD.filter(bool))
            about = (draw(ODD), draw(ODD), (), draw(URLS))
            days = (draw(st.sampled_from(["", "2026-03-12"])), draw(st.sampled_from(["", "2026-03-13"])))
            status = draw(st.sampled_from(list(Status)))
            article = Article(f"a{number}", quote, *about, *days, status, draw(ODD))
            citations.append(Citation(number, Quote(article, 0, len(quote), quote, (article,))))
        sentences.append(Sentence(draw(ODD), tuple(citations), draw(ODD)))
    nearest = (
        ()
        if sentences
        else tuple(Article(f"n{i}", "", draw(ODD), draw(ODD), (), draw(URLS)) for i in range(3))
    )
    outcome = Outcome.ANSWERED if sentences else Outcome.NOT_ON_RECORD
    return Answer(Query(draw(ODD)), outcome, tuple(sentences), nearest, 0.9, "m", draw(ODD))


def cited_hosts(answer: Answer) -> set[str]:
    urls = [c.quote.article.url for c in answer.citations] + [a.url for a in answer.nearest]
    return {safe_url(url) for url in urls} - {""}


def check(messages: list[render.Message], hosts: set[str], markdown: str = "") -> None:
    for message in messages:
        assert problem_in_message({"text": message.text, "blocks": list(message.blocks)}, update=True) == (
            "",
            [],
        )
        done = effects(Message("C1", "1", "", message.text, list(message.blocks), markdown=markdown))
        assert done.pings == frozenset()
        for link in done.links:
            assert urlsplit(link).scheme == "https"
            assert any(
                link.replace("%28", "(").replace("%29", ")").startswith(bare(host)) for host in hosts
            ) or (any(urlsplit(link).hostname == urlsplit(host).hostname for host in hosts)), link


def bare(url: str) -> str:
    return url.split("#")[0]


@settings(max_examples=100)
@given(answers())
def test_any_answer_is_taken_by_slack_pings_nobody_and_links_only_to_what_is_cited(answer: Answer) -> None:
    hosts = cited_hosts(answer)
    tail = [*render.source_blocks(answer), *render.buttons("0" * 16)]
    head = [block for s in answer.sentences for block in render.sentence_blocks(s)]
    head = head or render.not_on_record(answer, 21)
    check(render.parts([*head, *tail], "Answer."), hosts)
    streamed = [render.streamed(sentence) for sentence in answer.sentences]
    for text in streamed:
        if len(text) <= render.MESSAGE:
            assert problem_in_chunks([{"type": "markdown_text", "text": text}]) == ("", [])
        check([render.said("x")], hosts, text)
    check([render.said(answer.query.text)], set())
    body = json.loads(json.dumps(body_of(answer, 21)))
    check(shared(SavedAnswer("0" * 16, "T1", "C1", "1.0", "1.0", "U1", "q", body, 0.0, False)), hosts)


@settings(max_examples=40)
@given(answers(), ODD)
def test_any_window_and_any_home_tab_is_taken_by_slack(answer: Answer, odd: str) -> None:
    given = SavedAnswer(
        "0" * 16, "T1", "C1", "1", "1", "U1", odd, json.loads(json.dumps(body_of(answer))), 0.0, False
    )
    articles = {c.quote.article.id: c.quote.article for c in answer.citations}
    for view in (
        modals.passages(given, articles.get),
        modals.passages(given, lambda _: None),
        modals.copy(given),
        modals.feedback("0" * 16),
        home.home(
            RecordOverview(
                3,
                9,
                ((odd, 3),),
                (20260312, 20260312),
                "2026-03-12T08:00:00+00:00",
                1,
                tuple(articles.values()),
            ),
            [odd],
            [given] * 5,
        ),
    ):
        assert problem_in_view(view) == ("", [])
        assert effects(Message("", "", "", blocks=view["blocks"])).pings == frozenset()


@settings(max_examples=30)
@given(answers())
def test_a_kept_answer_comes_back_with_the_same_words_numbers_and_sources(answer: Answer) -> None:
    again = answer_from_json(json.loads(json.dumps(body_of(answer))))
    assert [c.n for c in again.citations] == [c.n for c in answer.citations]
    assert [c.quote.text for c in again.citations] == [c.quote.text for c in answer.citations]
    assert [len(s.citations) for s in again.sentences] == [len(s.citations) for s in answer.sentences]
    assert [(s.lead, s.text) for s in again.sentences] == [(s.lead, s.text) for s in answer.sentences]


def test_a_shared_answer_keeps_its_attribution_in_italics_and_a_copy_names_it() -> None:
    article = Article("a", "It sank.", "", "Herald", status=Status.WITHDRAWN)
    sentence = Sentence("It sank.", (Citation(1, Quote(article, 0, 8, "It sank.")),), "Herald")
    answer = Answer(Query("What sank?"), Outcome.ANSWERED, (sentence,))
    body = json.loads(json.dumps(body_of(answer)))
    kept = SavedAnswer("0" * 16, "T1", "C1", "1", "1", "U1", "What sank?", body, 0.0, False)
    assert shared(kept)[0].blocks[0] == render.sentence_blocks(sentence)[0]
    copied = json.dumps(modals.copy(kept), ensure_ascii=False)
    for heading in ("Plain text", "Markdown", "Chicago", "APA", "MLA", "BibTeX", "RIS"):
        assert f'"text": "{heading}"' in copied
    assert "TY  - NEWS" in copied
    assert "Herald: It sank. [1]" in copied
    assert "Herald (withdrawn)" in copied


@given(ODD)
@example("a\\*b")
def test_a_notification_says_the_words_and_does_nothing(text: str) -> None:
    made = Message("C1", "1", "", mrkdwn(text))
    assert effects(made).pings == effects(made).links == frozenset()
    assert 0 < len(made.text) <= RUN


@pytest.mark.parametrize("text", ATTACKS)
def test_a_stream_shows_attacks_as_words(text: str) -> None:
    made = Message("C1", "1", "", markdown=markdown(text))
    assert effects(made).pings == effects(made).links == frozenset()


def test_injection_texts_of_the_field_do_nothing_either() -> None:
    folder = os.environ.get("ONRECORD_BENCH_DATA")
    if not folder:
        pytest.skip("ONRECORD_BENCH_DATA is not set")
    found = [
        text
        for path in Path(folder, "attacks").glob("*.json")
        for text in texts(json.loads(path.read_text()))
    ]
    assert found
    for text in found:
        check([render.said(text)], set(), markdown(text))


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for one in inner for text in texts(one)]


@pytest.mark.parametrize("character", ["x", "<", "&", "\\", "[", "é", "😀", ".", " a"])
def test_a_hundred_thousand_characters_of_anything_are_taken(character: str) -> None:
    text = character * (100_000 // len(character))
    article = Article("a", text, text, text, (), f"https://news.example/{text}", "", "", Status.CURRENT, text)
    citations = tuple(Citation(n, Quote(article, 0, len(text), text, (article,))) for n in range(1, 30))
    answer = Answer(Query(text), Outcome.ANSWERED, (Sentence(text, citations, text),), (), 1.0, "m", text)
    tail = [*render.source_blocks(answer), *render.buttons("0" * 16)]
    head = render.sentence_blocks(answer.sentences[0])
    check(render.parts([*head, *tail], text), cited_hosts(answer))
    check([render.said(text)], set())
    kept = SavedAnswer("0" * 16, "T1", "C1", "1", "1", "U1", text, body_of(answer), 0.0, False)
    for view in (modals.passages(kept, lambda _: article), modals.copy(kept)):
        assert problem_in_view(view) == ("", [])


def test_a_long_answer_arrives_whole_in_several_messages() -> None:
    article = Article("a", "q", "Title", "Outlet", (), "https://news.example/a")
    sentences = tuple(
        Sentence(f"{n} {'word ' * 500}", (Citation(n, Quote(article, 0, 1, "q")),)) for n in range(1, 13)
    )
    blocks = [block for sentence in sentences for block in render.sentence_blocks(sentence)]
    messages = render.parts(blocks, "Answer.")
    assert len(messages) > 2
    shown = [Message("", "", "", blocks=list(m.blocks)).shown() for m in messages]
    assert [n for n in range(1, 13) if any(f"{n} word" in text for text in shown)] == list(range(1, 13))


@pytest.mark.parametrize(
    ("written", "linked"),
    [
        ("https://köln.example/über?q=ä", "https://xn--kln-sna.example/%C3%BCber?q=%C3%A4"),
        ("https://köln.example:8443/a", "https://xn--kln-sna.example:8443/a"),
        (f"https://{'ö' * 64}.example/", ""),
    ],
)
def test_a_host_of_other_letters_is_linked_by_its_name_in_the_dns(written: str, linked: str) -> None:
    assert safe_url(written) == linked


def test_links_land_on_the_quote() -> None:
    assert safe_url("https://n.example/a", "One short-ish quote, here.") == (
        "https://n.example/a#:~:text=One%20short%2Dish%20quote%2C%20here."
    )
    long = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert safe_url("https://n.example/a#part", long) == (
        "https://n.example/a#part:~:text=one%20two%20three%20four%20five,nine%20ten%20eleven%20twelve%20thirteen"
    )


def test_one_article_is_counted_as_one() -> None:
    shown = home.status(RecordOverview(1, 1, (("Herald", 1),), (20260303, 20260303), "2026-03-04T08:00"))
    assert "1 article, published or updated 3 March 2026 to 3 March 2026." in str(shown.blocks)

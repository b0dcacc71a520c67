import pytest

from bot.extractive.candidates import candidates, is_quotable
from bot.extractive.layout import Kind
from index.types import Article, Chunk, Passage

TEXT = """The ferry Marlin sank on Monday. Fourteen people were hurt.

Sign up for our newsletter

Home

The cause is not known yet."""


def passage(article: Article, start: int, end: int) -> Passage:
    return Passage(article, Chunk(article.id, article.revision, 0, start, end, 1), 1.0, 0.5, 1.0)


def test_every_candidate_is_a_sentence_where_it_says() -> None:
    article = Article("a", TEXT)
    found = candidates([passage(article, 0, len(TEXT))])
    assert [TEXT[c.piece.start : c.piece.end] for c in found] == [
        "The ferry Marlin sank on Monday.",
        "Fourteen people were hurt.",
        "The cause is not known yet.",
    ]
    assert found[1].before == (0, found[0].piece.end)
    assert "Marlin" in found[1].context


def test_a_sentence_that_two_passages_share_counts_once_for_the_better_one() -> None:
    article = Article("a", TEXT)
    end = TEXT.index("Fourteen")
    found = candidates([passage(article, 0, end), passage(article, 0, len(TEXT))])
    assert [c.passage for c in found] == [1, 2, 2]


def test_half_a_sentence_is_no_candidate() -> None:
    article = Article("a", TEXT)
    assert candidates([passage(article, 10, TEXT.index("\n"))])[0].text == "Fourteen people were hurt."


def test_a_very_long_text_is_read_only_around_its_passage() -> None:
    long = "The tide came in again. " * 10_000
    found = candidates([passage(Article("a", long), 120_000, 120_047)])
    assert [c.text for c in found] == ["The tide came in again."] * 2
    assert [long[c.piece.start : c.piece.end] for c in found] == [c.text for c in found]


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for our daily newsletter.",
        "Ada Fenwick/Wire The ferry at its berth on Monday.",
        "We use cookies to make this site work better for you.",
        "Read more: the storm that nobody saw coming this week.",
        "Photo: the harbour at dawn, by A. Stringer, for the Herald.",
        "© 2026 The Harbour Herald. All rights reserved.",
        "Home News Sport Weather",
        "•",
        "long " * 300,
    ],
)
def test_menus_notices_and_captions_are_never_quoted(line: str) -> None:
    assert not is_quotable(line)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_question_is_never_quoted_whatever_it_stands_in(kind: Kind) -> None:
    assert not is_quotable("- Which street has no house number 13?", kind)


@pytest.mark.parametrize(
    "line",
    [
        "He resigned.",
        "Battery life: 14 hours",
        "Cookies were served to the crew.",
        "“No,” she said.",
        "Sign language won.",
    ],
)
def test_short_sentences_of_people_are(line: str) -> None:
    assert is_quotable(line)


def test_a_question_in_the_midst_of_a_text_answers_nothing() -> None:
    assert not is_quotable("Will the ferry Marlin ever sail to Orrinmouth again?")
    assert is_quotable('"Will the ferry ever sail again?" asked Ada Thorne.')

"""Verification: nothing reaches a reader that does not stand in its article."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Claim, Draft, Sentence, Withheld, also_in
from bot.verification import NO_CITATION, NOT_FOUND, UNKNOWN_PASSAGE, Verifier
from index.types import Article, Chunk, Passage

TEXT = "The ferry struck the pier. Fourteen people were hurt. The ferry struck the pier again."


def passage(text: str = TEXT, start: int = 0, end: int | None = None, id_: str = "a") -> Passage:
    article = Article(id_, text)
    chunk = Chunk(id_, article.revision, 0, start, len(text) if end is None else end, 1)
    return Passage(article, chunk, 1.0, 1.0, 1.0, 1)


def test_a_quote_that_stands_in_its_passage_is_resolved_to_its_place() -> None:
    checked = Verifier([passage()]).check(Draft("Hurt.", (Claim(1, "Fourteen people were hurt."),)))
    assert isinstance(checked, Sentence)
    quote = checked.citations[0].quote
    assert quote.article.text[quote.start : quote.end] == quote.text == "Fourteen people were hurt."


def test_a_stated_place_is_believed_only_where_the_words_stand_there() -> None:
    words = "The ferry struck the pier"
    second = TEXT.rindex(words)
    checked = Verifier([passage()]).check(Draft("x", (Claim(1, words, second),)))
    assert isinstance(checked, Sentence)
    assert checked.citations[0].quote.start == second
    assert Verifier([passage()]).check(Draft("x", (Claim(1, words, second + 1),))) == Withheld(
        Draft("x", (Claim(1, words, second + 1),)), NOT_FOUND
    )


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ((), NO_CITATION),
        ((Claim(0, "ferry"),), UNKNOWN_PASSAGE),
        ((Claim(2, "ferry"),), UNKNOWN_PASSAGE),
        ((Claim(-1, "ferry"),), UNKNOWN_PASSAGE),
        ((Claim(1, ""),), NOT_FOUND),
        ((Claim(1, "  "),), NOT_FOUND),
        ((Claim(1, "Fourteen people were not hurt."),), NOT_FOUND),
        ((Claim(1, "fourteen people were hurt."),), NOT_FOUND),
        ((Claim(1, "Fourteen  people were hurt."),), NOT_FOUND),
        ((Claim(1, "Seventeen people were hurt."),), NOT_FOUND),
        ((Claim(1, "again.", -6),), NOT_FOUND),
        ((Claim(1, "ferry", 10_000),), NOT_FOUND),
        ((Claim(1, "Fourteen people were hurt."), Claim(1, "Nobody was hurt.")), NOT_FOUND),
    ],
)
def test_what_cannot_be_found_is_withheld_with_its_reason(claims: tuple[Claim, ...], reason: str) -> None:
    draft = Draft("A sentence.", claims)
    assert Verifier([passage()]).check(draft) == Withheld(draft, reason)


def test_a_quote_from_outside_the_passage_is_not_found_by_looking() -> None:
    inside = passage(start=0, end=26)
    assert isinstance(Verifier([inside]).check(Draft("x", (Claim(1, "Fourteen people"),))), Withheld)


def test_one_quote_keeps_one_number_and_withheld_drafts_leave_no_gap() -> None:
    verifier = Verifier([passage(), passage(id_="b")])
    numbers = []
    for claims in (
        (Claim(1, "Fourteen people were hurt."),),
        (Claim(1, "No such words."),),
        (Claim(2, "Fourteen people were hurt."), Claim(1, "Fourteen people were hurt.")),
        (Claim(1, "again."),),
    ):
        checked = verifier.check(Draft("x", claims))
        if isinstance(checked, Sentence):
            numbers.append([citation.n for citation in checked.citations])
    assert numbers == [[1], [2, 1], [3]]


@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=3),
    st.lists(
        st.builds(Claim, st.integers(-1, 4), st.text(max_size=8), st.one_of(st.none(), st.integers(-5, 70))),
        max_size=4,
    ),
)
def test_whatever_a_writer_claims_every_shown_quote_is_verbatim(
    texts: list[str], claims: list[Claim]
) -> None:
    passages = [passage(text, id_=str(n)) for n, text in enumerate(texts)]
    checked = Verifier(passages).check(Draft("x", tuple(claims)))
    if isinstance(checked, Sentence):
        assert checked.citations
        for citation in checked.citations:
            quote = citation.quote
            assert quote.text.strip()
            assert quote.article.text[quote.start : quote.end] == quote.text


def test_an_outlet_is_named_only_under_the_quotes_that_it_printed() -> None:
    altered = "Mayor Corrow took the money. The ferry struck the pier."
    honest = Article("b", "Mayor Corrow gave the money back. The ferry struck the pier.")
    found = replace(passage(altered), copies=(honest,))
    verifier = Verifier([found])
    shown = [
        verifier.check(Draft(words, (Claim(1, words),)))
        for words in ("Mayor Corrow took the money.", "The ferry struck the pier.")
    ]
    citations = [citation for one in shown if isinstance(one, Sentence) for citation in one.citations]
    assert also_in(citations[:1]) == []
    assert also_in(citations[1:]) == [(honest, ())]
    assert also_in(citations) == [(honest, (2,))]

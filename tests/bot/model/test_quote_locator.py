"""Finding quotes: folded for finding, given back as they are stored, and nothing else forgiven."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.quote_locator import NOT_FOUND, STITCHED, TOO_SHORT, UNKNOWN_PASSAGE, QuoteLocator
from bot.types import Claim
from index.types import Article, Chunk, Passage

TEXT = (
    "The “Lady Wrenna” struck the pier – at 8.14 a.m. …\nFourteen people weren’t hurt; 1,204 others were not "
    "aboard. The mayor, Ada Fenwick, said so. The harbour will reopen on Monday 4 May, the operator said."
)
OTHER = "Corvane Ferries has run the Skarrow Island service since 2011. Nobody saw the Lady Wrenna leave."


def passage(text: str, id_: str, start: int = 0, end: int | None = None) -> Passage:
    article = Article(id_, text)
    return Passage(
        article, Chunk(id_, article.revision, 0, start, len(text) if end is None else end, 1), 1, 1, 1, 1
    )


def places() -> QuoteLocator:
    return QuoteLocator([passage(TEXT, "a"), passage(OTHER, "b")])


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ('The "Lady Wrenna" struck', "The “Lady Wrenna” struck"),
        ("struck the pier - at 8.14", "struck the pier – at 8.14"),
        ("people weren't hurt", "people weren’t hurt"),
        ("at 8.14 a.m. ... Fourteen people", "at 8.14 a.m. …\nFourteen people"),
        ("  struck \n the\u00a0pier  ", "struck the pier"),
        ('"The mayor, Ada Fenwick, said so."', "The mayor, Ada Fenwick, said so"),
    ],
)
def test_what_models_type_otherwise_is_found_and_given_back_as_stored(written: str, stored: str) -> None:
    found = places().locate(Claim(1, written))
    assert found == (Claim(1, stored, TEXT.index(stored)),)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("the lady wrenna struck the pier", NOT_FOUND),
        ("Fourteen people were hurt", NOT_FOUND),
        ("Seventeen people weren't hurt", NOT_FOUND),
        ("1,205 others were not aboard", NOT_FOUND),
        ("204 others were not aboard", NOT_FOUND),
        ("1,204 others were aboard", NOT_FOUND),
        ("14 a.m. … Fourteen people", NOT_FOUND),
        ("ourteen people weren't hurt", NOT_FOUND),
        ("Fourteen people were", NOT_FOUND),
        ("The harbour will reopen on Monday 4 Ma", NOT_FOUND),
        ("The mayor, Ada Fenwick, The harbour will reopen", STITCHED),
        ("", TOO_SHORT),
        (" ", TOO_SHORT),
        ("struck pier", TOO_SHORT),
        ("said so", TOO_SHORT),
        ("at that, it would be", TOO_SHORT),
    ],
)
def test_anything_else_is_not_found(written: str, reason: str) -> None:
    assert places().locate(Claim(1, written)) == reason


@pytest.mark.parametrize("number", [0, -1, 3, 999_999])
def test_a_passage_that_was_not_given_is_unknown(number: int) -> None:
    assert places().locate(Claim(number, "The mayor, Ada Roe")) == UNKNOWN_PASSAGE
    assert places().locate(Claim(number, "")) == UNKNOWN_PASSAGE


def test_a_quote_under_a_number_that_was_not_given_is_looked_for_everywhere() -> None:
    found = places()
    assert found.locate(Claim(9, "The mayor, Ada Fenwick")) == (Claim(1, "The mayor, Ada Fenwick", 111),)


def test_a_sentence_is_found_by_its_number() -> None:
    assert places().locate(Claim(1, "", None, 3)) == (Claim(1, "The mayor, Ada Fenwick, said so.", 111),)
    assert places().locate(Claim(1, "", None, 99)) == UNKNOWN_PASSAGE


def test_a_quote_with_words_left_out_is_several() -> None:
    found = places().locate(Claim(1, "Fourteen people weren't hurt ... The harbour will reopen"))
    assert [claim.text for claim in found if isinstance(claim, Claim)] == [
        "Fourteen people weren’t hurt",
        "The harbour will reopen",
    ]


def test_a_capital_and_a_full_stop_of_the_models_own_change_nothing() -> None:
    found = places().locate(Claim(1, "Struck the pier."))
    assert found == (Claim(1, "struck the pier", 18),)


def test_a_quote_of_another_passage_is_pointed_to_where_it_stands() -> None:
    found = places()
    quote = "Corvane Ferries has run the Skarrow Island service"
    assert found.locate(Claim(1, quote)) == (Claim(2, quote, 0),)
    assert found.repointed == 1


def test_scripts_without_spaces_have_letters_for_words() -> None:
    chinese = QuoteLocator([passage("渡轮于三月三日上午撞上了北码头，十四人受伤。", "c")])
    assert isinstance(chinese.locate(Claim(1, "十四人受伤")), str)
    assert isinstance(chinese.locate(Claim(1, "上午撞上了北码头")), tuple)


def test_only_the_passage_is_looked_in_and_not_the_rest_of_its_article() -> None:
    part = QuoteLocator([passage(TEXT, "a", 0, TEXT.index("\n"))])
    assert part.locate(Claim(1, "The mayor, Ada Fenwick")) == NOT_FOUND


@given(st.text(min_size=1, max_size=80), st.integers(0, 80), st.integers(1, 80))
def test_whatever_is_located_stands_there_character_for_character(text: str, start: int, length: int) -> None:
    found = QuoteLocator([passage(text, "x")]).locate(Claim(1, text[start : start + length]))
    for claim in found if isinstance(found, tuple) else ():
        assert claim.start is not None
        assert text[claim.start : claim.start + len(claim.text)] == claim.text

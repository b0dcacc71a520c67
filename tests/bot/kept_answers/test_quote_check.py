"""What became of a quote: it stands, its sentence changed, its article was corrected or is gone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kept_answers.quote_check import check_quote, kept_quote
from bot.kept_answers.types import KeptQuote, Kind
from bot.types import Citation, Quote
from index.types import Article, Status

HURT = "14 people were injured when the ferry struck the pier."
TEXT = f"Fog lay over it.\n\nIt was Tuesday. {HURT} The “Lady Wrenna” was built in 1998.\n\nNobody died."
WIRE = Article("wire", TEXT, "Ferry strikes pier", "Northshore Wire", published="2026-03-03")


def quote_from(text: str, quoted: str, article: Article = WIRE) -> KeptQuote:
    start = text.index(quoted)
    return kept_quote(Citation(1, Quote(replace(article, text=text), start, start + len(quoted), quoted)))


def became(quoted: str, now: Article | None, text: str = TEXT) -> Kind | None:
    finding = check_quote("a", quote_from(text, quoted), now).finding
    return finding.kind if finding else None


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("It was Tuesday.", "It was Monday, at 9 a.m."),
        TEXT.replace("It was Tuesday. ", ""),
        TEXT.replace("Fog", "Thick fog"),
        TEXT.replace("Nobody died.", "Two people died."),
        TEXT.replace("Tuesday. ", "Tuesday.\n\n"),
        TEXT.replace("injured when", "injured\nwhen"),
        TEXT.replace("“Lady Wrenna”", '"Lady Wrenna"'),
        f"{TEXT}\n\nMore follows.",
    ],
)
def test_a_quote_stands_while_its_sentence_stays_and_its_offsets_follow(text: str) -> None:
    checked = check_quote("a", quote_from(TEXT, HURT), replace(WIRE, text=text))
    assert checked.finding is None
    assert text[checked.quote.start : checked.quote.end] == checked.quote.text
    assert checked.quote.text.split() == HURT.split()
    assert checked.quote.revision == replace(WIRE, text=text).revision


@pytest.mark.parametrize(
    "new",
    [
        HURT.replace("14", "17"),
        HURT.replace("were", "were not"),
        f"It is not true that {HURT}",
        HURT.replace("pier.", "pier, the union says."),
        HURT.replace("injured", "hurt"),
    ],
)
def test_a_changed_sentence_is_shown_beside_the_nearest_of_the_new_text(new: str) -> None:
    text = TEXT.replace(HURT, new)
    finding = check_quote("a", quote_from(TEXT, HURT), replace(WIRE, text=text)).finding
    assert finding is not None
    assert (finding.kind, finding.old, finding.new) == (Kind.CHANGED, HURT, new)


def test_a_part_of_a_sentence_changes_with_the_whole_of_it() -> None:
    text = TEXT.replace("the ferry struck", "the tug struck")
    assert became("14 people were injured", replace(WIRE, text=text)) is Kind.CHANGED


def test_a_sentence_that_was_taken_out_has_none_beside_it() -> None:
    finding = check_quote("a", quote_from(TEXT, HURT), replace(WIRE, text=TEXT.replace(HURT, ""))).finding
    assert finding is not None
    assert (finding.kind, finding.new) == (Kind.CHANGED, "")


def test_of_a_quote_of_several_sentences_the_one_that_changed_is_shown() -> None:
    quoted = f"It was Tuesday. {HURT}"
    finding = check_quote(
        "a", quote_from(TEXT, quoted), replace(WIRE, text=TEXT.replace("14 people", "17 people"))
    ).finding
    assert finding is not None
    assert (finding.old, finding.new) == (HURT, HURT.replace("14", "17"))


def test_a_sentence_put_between_two_quoted_ones_changes_the_quote() -> None:
    text = TEXT.replace("It was Tuesday. ", "It was Tuesday. So the paper said. ")
    assert became(f"It was Tuesday. {HURT}", replace(WIRE, text=text)) is Kind.CHANGED


def test_an_article_that_was_corrected_elsewhere_is_told_with_its_note() -> None:
    now = replace(WIRE, status=Status.CORRECTED, note="Correction: the ferry was built in 1998.")
    finding = check_quote("a", quote_from(TEXT, HURT), now).finding
    assert finding is not None
    assert (finding.kind, finding.note) == (Kind.CORRECTED, now.note)


def test_what_was_corrected_or_withdrawn_when_it_was_asked_is_no_news() -> None:
    for status in (Status.CORRECTED, Status.WITHDRAWN):
        was = replace(WIRE, status=status, note="A note.")
        now = replace(was, title="Ferry strikes the pier")
        assert check_quote("a", quote_from(TEXT, HURT, was), now).finding is None


def test_a_withdrawn_article_is_told_with_its_note_and_one_that_is_gone_is_told() -> None:
    note = "The page was no longer there on 4 March 2026."
    assert became(HURT, replace(WIRE, status=Status.WITHDRAWN, note=note)) is Kind.WITHDRAWN
    assert became(HURT, None) is Kind.GONE


def test_an_item_of_a_list_stands_while_the_items_around_it_change() -> None:
    text = "Bring:\n- a warm coat\n- two blankets\n- a torch with spare batteries"
    article = replace(WIRE, text=text)
    other = text.replace("a warm coat", "a raincoat").replace("a torch", "a lamp")
    quote = quote_from(text, "two blankets", article)
    assert check_quote("a", quote, replace(article, text=other)).finding is None
    changed = check_quote("a", quote, replace(article, text=other.replace("two b", "three b"))).finding
    assert changed is not None


SENTENCES = st.lists(
    st.sampled_from([f"The {one} council met {two} times in {three}." for one in ("old", "new") for two in
                     ("two", "nine") for three in ("May", "June", "July")]),
    min_size=2, max_size=8, unique=True,
)  # fmt: skip


@given(SENTENCES, st.data())
def test_an_edit_is_told_where_and_only_where_it_is_in_the_quoted_sentence(
    sentences: list[str], data: st.DataObject
) -> None:
    quoted, edited = (data.draw(st.integers(0, len(sentences) - 1)) for _ in range(2))
    text = " ".join(sentences)
    start = sum(len(one) + 1 for one in sentences[:quoted])
    article = replace(WIRE, text=text)
    quote = kept_quote(Citation(1, Quote(article, start, start + len(sentences[quoted]), sentences[quoted])))
    changed = [one.replace("council", "board") if at == edited else one for at, one in enumerate(sentences)]
    finding = check_quote("a", quote, replace(article, text=" ".join(changed))).finding
    assert (finding is not None) == (quoted == edited)

"""Sentences: exact, complete, and never across what a reader sees as a break."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.sentences import WINDOW, sentence_spans

PIECES = st.sampled_from(
    [
        "One thing.", " ", "\n", "\n\n", "Two? ", "- item", "# Head", "Dr. ", "9 a.m. ", "EST. ", "“Go!” ",
        "。", "\t", "\u200d", "e\u0301", "\u2028", "\r\n", "\x0b", "1. ", " | ", "no end", "…", "\U0001f1eb",
        "ﬁn.", "\x85", "\x1c",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


def sentences(text):
    return [text[start:end] for start, end in sentence_spans(text)]


@settings(database=None, max_examples=300)
@given(TEXTS)
@example("")
@example("\n \n")
def test_spans_are_ordered_disjoint_and_cover_all_that_is_not_white_space(text):
    spans = sentence_spans(text)
    covered = 0
    for start, end in spans:
        assert covered <= start < end <= len(text)
        assert not text[covered:start].strip()
        assert text[start:end] == text[start:end].strip()
        covered = end
    assert not text[covered:].strip()


@settings(database=None, max_examples=300)
@given(TEXTS)
def test_no_sentence_crosses_a_blank_line(text):
    assert not any("\n\n" in sentence for sentence in sentences(text))


def test_what_only_looks_like_an_end_is_none():
    text = (
        "The U.S. opened the pier at 9 a.m. EST. Dr. No and Mr. Hale met at 10 a.m. Monday. "
        "It cost $3.5 million. “It works,” she said. The shop opens at 9 a.m. It is small."
    )
    assert sentences(text) == [
        "The U.S. opened the pier at 9 a.m. EST.",
        "Dr. No and Mr. Hale met at 10 a.m. Monday.",
        "It cost $3.5 million.",
        "“It works,” she said.",
        "The shop opens at 9 a.m.",
        "It is small.",
    ]


def test_headings_list_items_and_rows_stand_alone():
    text = (
        "# Ferries\nThe ferry runs daily.\n- to the north\n- to the south\n1. first\n2. second\nA | B\n1 | 2"
    )
    assert sentences(text) == [
        "# Ferries", "The ferry runs daily.", "- to the north", "- to the south", "1. first", "2. second",
        "A | B", "1 | 2",
    ]  # fmt: skip


def test_a_row_of_a_table_stays_whole_where_its_cells_hold_sentences():
    rows = ["No | Decision | Owner", "1 | The tour ends in May. It starts again in June. | Bo Lind"]
    assert sentences("\n".join(rows)) == rows
    # A line with a bar by itself is no row, and a long row is more than can be shown at once.
    assert sentences("Ann Reyes | 3 March. The ferry left.") == ["Ann Reyes | 3 March.", "The ferry left."]
    assert len(sentences("\n".join([rows[0], f"1 | {'The tour ends in May. ' * 30}| Bo Lind"]))) > 20


def test_a_sentence_goes_on_over_a_wrapped_line():
    text = (
        "The council voted on Tuesday to close the old harbour road to\n"
        "Traffic for a year while the new tramway is built, and nobody\n"
        "objected."
    )
    assert sentences(text) == [text]


def test_short_lines_are_not_taken_for_wrapped_ones():
    assert sentences("Harbour news\nBy Ann Lee\nThe ferry is late.") == [
        "Harbour news",
        "By Ann Lee",
        "The ferry is late.",
    ]


def test_a_long_text_is_cut_as_a_short_one_is():
    paragraph = "The ferry left. It was late again! Was it full? “Yes,” said Mr. Hale. "
    times = 3 * WINDOW // len(paragraph)
    assert sentences(paragraph * times) == sentences(paragraph) * times


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "x " * 500_000, "“ab " * 250_000, "a\n" * 500_000, "\n " * 500_000]
)
def test_a_megabyte_takes_seconds_at_most(text):
    begun = time.monotonic()
    spans = sentence_spans(text)
    assert time.monotonic() - begun < 10
    assert sum(end - start for start, end in spans) >= len(text.replace(" ", "").replace("\n", ""))

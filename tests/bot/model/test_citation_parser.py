"""The form of a streamed answer: what is a sentence, what is a citation, and that cutting changes nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.citation_parser import CitationParser
from bot.types import Claim, Draft

ANSWER = (
    'Fourteen people were hurt. [1: "14 people were injured"] [3: "fourteen were treated"]\n'
    "The pier is “closed”.[2:“closed until May”]\n"
    "Nothing else is known.\n"
    '- It reopens in May. [2: "reopen\nin May"]. And that is all [4: "that [is] \\"all\\""]'
)


def read(*pieces: str) -> list[Draft]:
    marks = CitationParser()
    return [draft for piece in pieces for draft in marks.feed(piece)] + list(marks.end())


def test_sentences_come_with_their_citations() -> None:
    assert read(ANSWER) == [
        Draft(
            "Fourteen people were hurt.",
            (Claim(1, "14 people were injured"), Claim(3, "fourteen were treated")),
        ),
        Draft("The pier is “closed”.", (Claim(2, "closed until May"),)),
        Draft("Nothing else is known.", ()),
        Draft("It reopens in May.", (Claim(2, "reopen\nin May"),)),
        Draft("And that is all", (Claim(4, 'that [is] \\"all\\'),)),
    ]


def test_a_lines_end_of_two_characters_may_come_in_two_pieces() -> None:
    assert read("Said. [1: “a", "\r", "\nb”]") == read("Said. [1: “a\nb”]")


@pytest.mark.parametrize(
    "mark",
    [f"[{', '.join(map(str, range(1, 21)))}]", "[1; passage 2]", "[passages 1 and 2]", f"[3{' ' * 60}]"],
)
def test_a_mark_is_the_same_however_it_arrives(mark: str) -> None:
    text = f"The pier is closed [7]{mark}."
    assert read(*text) == read(text)
    assert len(read(text)[0].claims) == 1 + len(re.findall(r"\d+", mark))


@pytest.mark.parametrize("cut", range(len(ANSWER) + 1))
def test_a_stream_cut_anywhere_reads_the_same(cut: int) -> None:
    assert read(ANSWER[:cut], ANSWER[cut:]) == read(ANSWER)


@given(
    st.lists(
        st.sampled_from([*'[]1"“”\n\r', ": ", "a b", ". ", "[2", "No. ", "passage ", " and ", ", 1" * 9])
    ),
    st.integers(1, 9),
)
def test_any_text_reads_the_same_in_pieces_of_any_size(parts: list[str], size: int) -> None:
    text = "".join(parts)
    assert read(*(text[start : start + size] for start in range(0, len(text), size))) == read(text)


@pytest.mark.parametrize(
    ("text", "drafts"),
    [
        ("", []),
        ("\n \n", []),
        ("No citation.", [Draft("No citation.", ())]),
        ("First. Second. [1: “two”]", [Draft("First.", ()), Draft("Second.", (Claim(1, "two"),))]),
        ("Said.\n[1: “on a line of its own”]", [Draft("Said.", (Claim(1, "on a line of its own"),))]),
        ("[1: “only a quote”]", [Draft("", (Claim(1, "only a quote"),))]),
        ("Unclosed. [1: “it never ends", [Draft("Unclosed.", (Claim(1, "it never ends"),))]),
        ("By number. [2.3]", [Draft("By number.", (Claim(2, "", None, 3),))]),
        ("Two. [1.2, 2.3]", [Draft("Two.", (Claim(1, "", None, 2), Claim(2, "", None, 3)))]),
        ('Two quotes. [1: "a b c", "d e f"]', [Draft("Two quotes.", (Claim(1, "a b c"), Claim(1, "d e f")))]),
        ('Two. [1: "a b c"; 2: "d e f"]', [Draft("Two.", (Claim(1, "a b c"), Claim(2, "d e f")))]),
        ("Single. [1: 'a b c']", [Draft("Single.", (Claim(1, "a b c"),))]),
        ("No marks. [1: a b c]", [Draft("No marks.", (Claim(1, "a b c"),))]),
        ('Round. (1: "a b c")', [Draft("Round.", (Claim(1, "a b c"),))]),
        ("In 2011 (3 years on) it ended. [1]", [Draft("In 2011 (3 years on) it ended.", (Claim(1, ""),))]),
        (
            'Ferries [1: "a b c"] has run it since 2011.',
            [Draft("Ferries has run it since 2011.", (Claim(1, "a b c"),))],
        ),
        (
            'Said. [1: "a b c," said Roe.]\nNext. [2]',
            [Draft("Said.", (Claim(1, 'a b c," said Roe'),)), Draft("Next.", (Claim(2, ""),))],
        ),
        (
            'Titled. [2: "A title", published 13 April 2026]',
            [Draft("Titled.", (Claim(2, 'A title", published 13 April 2026'),))],
        ),
        ("Meta Platforms META.O was sued. [1]", [Draft("Meta Platforms META.O was sued.", (Claim(1, ""),))]),
        ("<think>It may be 3. [1]</think>\nIt is 4. [2]", [Draft("It is 4.", (Claim(2, ""),))]),
        ("It may be 3.</think>It is 4. [2]", [Draft("It is 4.", (Claim(2, ""),))]),
        ("Bare [1]. Next.", [Draft("Bare.", (Claim(1, ""),)), Draft("Next.", ())]),
        ("The answer is Hale. [1.2]", [Draft("Hale.", (Claim(1, "", None, 2),))]),
        ("The answer is not known. [1]", [Draft("The answer is not known.", (Claim(1, ""),))]),
        ("[1.2] Led by its number.", [Draft("Led by its number.", (Claim(1, "", None, 2),))]),
        (
            "[1] One. Two.\n[2] Three.",
            [Draft("One.", (Claim(1, ""),)), Draft("Two.", ()), Draft("Three.", (Claim(2, ""),))],
        ),
        ("Several [1, 2]", [Draft("Several", (Claim(1, ""), Claim(2, "")))]),
        ("A [sic] word. [passage 12, “q”]", [Draft("A [sic] word.", (Claim(12, "q"),))]),
        ("## Head\n**Bold** text. [1: “q”]", [Draft("Head", ()), Draft("Bold text.", (Claim(1, "q"),))]),
    ],
)
def test_odd_forms_are_read_as_what_they_are(text: str, drafts: list[Draft]) -> None:
    assert [(d.text.replace(" .", "."), d.claims) for d in read(text)] == [(d.text, d.claims) for d in drafts]


def test_a_sentence_is_given_as_soon_as_it_is_complete() -> None:
    marks = CitationParser()
    assert list(marks.feed('One. [1: "a b c"]')) == []
    assert [draft.text for draft in marks.feed("\n")] == ["One."]
    assert list(marks.feed('Two. [1: "a b c"] ')) == []
    assert [draft.text for draft in marks.feed("T")] == ["Two."]


def test_a_refusal_counts_only_where_nothing_was_written_before_it() -> None:
    for text, refused in (
        ("NOT ON RECORD", True),
        ("Not on record.\n", True),
        ("NOT ON RECORD. The passages do not say who operates it.", True),
        ("<think>Hm. It is not there.</think> NOT ON RECORD", True),
        ('A. [1: "b"]\nNOT ON RECORD', False),
    ):
        marks = CitationParser()
        assert all(draft.text == "A." for draft in [*marks.feed(text), *marks.end()])
        assert marks.refused is refused


def test_a_flood_without_an_end_is_given_up_in_parts_and_not_kept() -> None:
    marks = CitationParser()
    drafts = list(marks.feed('[1: "' + "x" * 50_000))
    assert drafts
    assert not any(draft.claims for draft in drafts)
    assert len(marks._held) <= 6_000

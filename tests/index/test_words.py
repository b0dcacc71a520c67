import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from index.words import FUNCTION_WORDS, beginnings, plain, stem, stems, words

SAMPLE = """
    caresses ponies ties cats feed agreed plastered bled motoring sing conflated troubled sized hopping
    tanned falling hissing fizzed failing filing happy sky relational conditional rational valency
    hesitancy digitizer radically differently vilely analogously predication operator feudalism
    decisiveness hopefulness callousness formality sensitivity sensibility triplicate formative formalize
    electricity electrical hopeful goodness revival allowance inference airliner gyroscopic adjustable
    irritant replacement adjustment dependent adoption communism activate homologous effective probate
    rate cease controlling rolling elections elected electoral troops agencies flying died dying lying
    news yes by at ox é café żółw naïve Ærø o'neill 450,000 covid-19
"""


def test_stems_are_those_of_the_full_text_index() -> None:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='porter unicode61 remove_diacritics 2')")
    base.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
    base.execute("INSERT INTO t VALUES (?)", (SAMPLE,))
    indexed = [term for (term,) in base.execute("SELECT term FROM v ORDER BY offset")]
    assert stems(SAMPLE) == indexed


def test_words_lose_case_and_accents_and_nothing_else() -> None:
    assert words("Café Zürich, 1,200 People!") == ["cafe", "zurich", "1", "200", "people"]
    assert plain("日本 Ελλάδα") == "日本 ελλαδα"


def test_forms_of_a_word_share_a_stem() -> None:
    assert stem("elections") == stem("election")
    assert stem("running") == stem("runs")


PIECES = [*"aeiouybstlz", "ing", "ed", "ies", "ational", "iviti", "ness"]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8))
def test_a_stem_tells_how_its_words_begin(parts: list[str]) -> None:
    word = "".join(parts)
    assert word.startswith(beginnings(stem(word)))


def test_the_samples_begin_as_their_stems_tell() -> None:
    assert all(word.startswith(beginnings(stem(word))) for word in words(SAMPLE))


def test_function_words_are_words_as_they_are_cut() -> None:
    assert {"s", "t", "who", "the"} <= FUNCTION_WORDS
    assert words(" ".join(sorted(FUNCTION_WORDS))) == sorted(FUNCTION_WORDS)

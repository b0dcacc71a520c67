import pytest

from index.search.term_coverage import best_sentence_coverage, word_weights


def test_words_close_together_cover_more_than_words_apart() -> None:
    weights = word_weights("Who sank the ferry Marlin?")
    together = best_sentence_coverage(weights, "A storm sank the ferry Marlin. It was old.")
    apart = best_sentence_coverage(weights, "The ferry was old. It sank. Marlin was its name.")
    assert together == pytest.approx(1.0)
    assert apart < together


def test_rare_words_weigh_more() -> None:
    seen = {"police": 40, "marlin": 1}
    weights = word_weights("police Marlin", lambda word: seen.get(word, 0), 100)
    assert weights["marlin"] > weights["polic"] > 0


def test_forms_of_a_word_count_as_the_word() -> None:
    assert best_sentence_coverage(word_weights("elections"), "The election was held.") == pytest.approx(1.0)


def test_nothing_asked_is_not_covered() -> None:
    assert best_sentence_coverage({}, "Some text.") == 0.0
    assert best_sentence_coverage(word_weights("ferry"), "") == 0.0

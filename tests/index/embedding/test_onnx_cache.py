"""Making a fast encoder: once, whole or not at all, and never at the price of an answer."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedding import torch_installed
from index.embedding.embedder import Embedder, load_embedder
from index.embedding.onnx_embedder import OnnxEmbedder
from index.embedding.sentence_transformer import SentenceTransformerEmbedder
from index.errors import ModelError

pytestmark = pytest.mark.slow

LOAD = """
import sys
from contextlib import nullcontext
from index.embedding.embedder import Embedder, load_embedder
waiting = lambda said: print(said) or nullcontext()
embedder = load_embedder(sys.argv[1], tell=print, waiting=waiting)
print(type(embedder).__name__, embedder.embed_query("Who?")[:3])
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sentence-transformers model with random weights and prompts of its own."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    from index.embedding.embedder import _default_folder

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(7)
    shape = BertConfig(hidden_size=64, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64)
    BertModel(shape).save_pretrained(folder / "bert")
    AutoTokenizer.from_pretrained(_default_folder()).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    parts = [transformer, Pooling(64, "mean")]
    prompts = {"query": "find: ", "document": "text: "}
    model = SentenceTransformer(modules=parts, prompts=prompts, device="cpu")
    model.save(str(folder / "tiny"))
    return folder / "tiny"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "onrecord" / "encoders"


def start(model: Path, **more: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", LOAD, str(model)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        **more,  # type: ignore[call-overload]
    )


def test_two_processes_that_want_one_make_it_once_and_it_answers_as_the_model_does(
    tiny: Path, cache: Path
) -> None:
    both = [start(tiny), start(tiny)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0].splitlines()[-1] == said[1][0].splitlines()[-1]
    assert said[0][0].startswith("Making a fast encoder from the embedding model, once")
    assert sorted(path.suffix for path in cache.iterdir()) == [".2", ".lock"]

    fast, original = load_embedder(str(tiny)), load_embedder(str(tiny), encoder="torch")
    assert isinstance(fast, OnnxEmbedder)
    assert fast.key == f"{original.key}+onnx-int8"
    assert (fast.manifest.query_prompt, fast.manifest.document_prompt) == ("find: ", "text: ")
    assert fast.embed_query("Who won?") @ original.embed_query("Who won?") > 0.98
    assert fast.embed(["Who won?"])[0] @ original.embed(["Who won?"])[0] > 0.98
    assert not np.array_equal(fast.embed_query("Who won?"), fast.embed(["Who won?"])[0])
    for embedder in (fast, original):
        _, (tokens,) = embedder.embed_tokens(["Who won?"])
        assert tokens.spans.tolist() == [[0, 3], [4, 7], [7, 8]], "the prompt is no part of the text"

    model = fast.folder / "model.onnx"
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 0xFF
    model.write_bytes(data)
    with pytest.raises(ModelError, match="is damaged; delete that folder"):
        load_embedder(str(tiny)).check()  # type: ignore[attr-defined]
    model.write_bytes(data[:-1])
    again = load_embedder(str(tiny))
    assert isinstance(again, OnnxEmbedder)
    again.check()


def test_on_a_full_disk_the_model_is_run_by_torch_and_nothing_is_left(tiny: Path, cache: Path) -> None:
    import resource

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    out, err = (process := start(tiny, preexec_fn=no_room)).communicate(timeout=120)
    assert process.returncode == 0, err
    assert "The model is run by torch, which is slower: no fast encoder could be made of it (" in out
    assert out.splitlines()[-1].startswith("SentenceTransformerEmbedder")
    assert [path.suffix for path in cache.iterdir()] == [".lock"]


def test_where_nothing_can_be_kept_the_model_is_run_by_torch_unless_a_fast_one_was_named(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    told: list[str] = []
    assert isinstance(load_embedder(str(tiny), tell=told.append), SentenceTransformerEmbedder)
    assert "file" in told[0]
    assert "Not a directory" in told[0]
    with pytest.raises(ModelError, match="The onnx encoder could not be made from .*Not a directory"):
        load_embedder(str(tiny), encoder="onnx")
    key = load_embedder(str(tiny), encoder="torch").key
    with pytest.raises(ModelError, match="The onnx-int8 encoder could not be made"):
        load_embedder(str(tiny), recorded=f"{key}+onnx-int8")


def test_a_record_keeps_the_encoder_that_made_its_vectors() -> None:
    key = load_embedder(encoder="torch").key
    assert isinstance(load_embedder(recorded=key), SentenceTransformerEmbedder)
    assert load_embedder(recorded="another-model@123").key == f"{key}+onnx-int8"
    assert load_embedder(encoder="onnx-int8", recorded=key).key == f"{key}+onnx-int8"


def test_an_encoder_that_the_installation_brings_is_used_where_the_cache_has_none(
    tmp_path: Path, model: Embedder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(model, OnnxEmbedder)
    installed = tmp_path / "installation" / "share" / "onrecord" / "encoders" / model.folder.name
    shutil.copytree(model.folder, installed)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "installation"))
    monkeypatch.setattr(torch_installed, "_PACKAGES", ("no_such_package",))
    found = load_embedder()
    assert isinstance(found, OnnxEmbedder)
    assert found.folder == installed
    np.testing.assert_array_equal(found.embed_query("Who?"), model.embed_query("Who?"))
    assert not cache.exists()


def test_a_model_that_needs_pytorch_says_so_where_it_was_left_out(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch_installed, "_PACKAGES", ("no_such_package",))
    for encoder in ("torch", "onnx-int8"):
        with pytest.raises(ModelError, match="made without; run: pip install sentence-transformers"):
            load_embedder(str(tiny), encoder=encoder).embed_query("Who?")

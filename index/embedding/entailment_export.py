"""A cross-encoder as one ONNX file in eight bits, made by `python -m index.embedding.entailment_export`.

A program, so that the training library, which it needs once, is gone from memory afterwards. It ends with 0,
or with another code and one sentence on stderr.
"""

from pathlib import Path
from typing import Any

from index.embedding.onnx_export import export, quantised, run_program
from index.embedding.reranker import cross_encoder


def make(source: str, revision: str, folder: Path) -> None:
    """Put the model in eight bits, its tokenizer and its configuration into `folder`. Raises ModelError."""
    encoder: Any = cross_encoder(source, revision)
    encoder.tokenizer.save_pretrained(str(folder))
    encoder.model.config.save_pretrained(str(folder))
    model = encoder.model.to("cpu").eval()
    example = encoder.tokenizer("The ferry was hit.", "It was hit.", return_tensors="pt")
    whole = folder / "whole.onnx"
    exported = export(model, example, lambda given: (model(**given).logits,), whole, {"result": {}})
    (folder / "model.onnx").write_bytes(quantised(exported))
    whole.unlink()


if __name__ == "__main__":
    run_program(make, "source", "revision")

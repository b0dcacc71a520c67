"""A cross-encoder as one ONNX file in eight bits, made by `python -m index.embedding.entailment_export`.

A program, so that the training library, which it needs once, is gone from memory afterwards. It ends with 0,
or with another code and one sentence on stderr.
"""

import argparse
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

from index.embedding.onnx_export import quantised
from index.embedding.reranker import cross_encoder

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def make(source: str, revision: str, folder: Path) -> None:
    """Put the model in eight bits, its tokenizer and its configuration into `folder`. Raises ModelError."""
    encoder: Any = cross_encoder(source, revision)
    encoder.tokenizer.save_pretrained(str(folder))
    encoder.model.config.save_pretrained(str(folder))
    model = encoder.model.to("cpu").eval()
    example = encoder.tokenizer("The ferry was hit.", "It was hit.", return_tensors="pt")
    names = [name for name in _INPUTS if name in example]
    (folder / "model.onnx").write_bytes(quantised(_exported(model, example, names, folder / "whole.onnx")))
    (folder / "whole.onnx").unlink()


def _exported(model: Any, example: Any, names: list[str], file: Path) -> bytes:
    from index.embedding.onnx_export import export_to

    export_to(file, model, example, names)
    return file.read_bytes()


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("source", "revision"):
        parser.add_argument(name)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable()
    try:
        make(given.source, given.revision, given.folder)
    except Exception as error:  # noqa: BLE001 (whichever library it was, the reader is told)
        lines = str(error).strip().splitlines() or [type(error).__name__]
        sys.stderr.write(lines[0])
        sys.exit(1)


if __name__ == "__main__":
    main()

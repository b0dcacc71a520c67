"""PyTorch and sentence-transformers: only other models and the making of encoders need them."""

import importlib.util

from index.errors import ModelError

_PACKAGES = ("sentence_transformers", "torch")


def torch_installed() -> bool:
    """Whether both are there."""
    return all(importlib.util.find_spec(name) for name in _PACKAGES)


def need_torch(what: str) -> None:
    """Raises ModelError where one of them is missing; `what` is what needs them, as a sentence begins."""
    if not torch_installed():
        msg = (
            f"{what} needs PyTorch, which this installation was made without; "
            "run: pip install sentence-transformers (in a checkout: make install TORCH=keep; "
            "for the container image: build it with --build-arg TORCH=keep)."
        )
        raise ModelError(msg)
